"""axe finds no violations in any state of the map editor, in both themes and at both sizes."""

import pytest
from playwright.sync_api import Page, expect

from journeys.models import Stage
from journeys.services import set_lock
from tests.support.accessibility import SIZES, accessibility_violations
from tests.support.editor_driver import EDITOR_STATES, card, open_map, press
from tests.support.factories import SampleWorld
from tests.support.sample_pages import create_ownership_states

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("size", SIZES)
def test_every_state_is_accessible(world: SampleWorld, page: Page, sign_in, size: str):
    create_ownership_states(world)
    use = world.acme.read(Stage, world.acme.stages["Use"])
    set_lock(row=use, locked=True, actor=world.dana.actor)
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    sign_in(page, world.dana)
    open_map(page, world.acme.journey)
    card(page, "Sees an ad").click()
    wrong = []
    for state, (there, back) in EDITOR_STATES.items():
        press(page, *there)
        wrong += [f"{state} {report}" for report in accessibility_violations(page)]
        press(page, *back)
        if not page.evaluate("() => document.activeElement.closest('[data-grid]') !== null"):
            wrong.append(f"{state}: the focus does not come back to the map")
            card(page, "Sees an ad").click()
    assert not wrong, "\n".join(wrong)[:9000]
    expect(page.get_by_role("dialog")).to_have_count(0)
