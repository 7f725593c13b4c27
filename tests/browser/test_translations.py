"""The map editor is translated completely (see tests/pages/test_translations.py)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.support.editor_driver import EDITOR_STATES, card, open_map, press
from tests.support.factories import SampleWorld
from tests.support.pseudo_locale import CODE, data_of, untranslated
from tests.support.sample_pages import create_ownership_states
from workspaces.models import User

pytestmark = pytest.mark.browser


def test_every_state_of_the_map_is_translated(
    world: SampleWorld, window: Callable[..., Page], sign_in, pseudo_locale: Path
):
    create_ownership_states(world)
    data = data_of(world)
    page = window()
    User.objects.filter(pk=world.dana.user.pk).update(language=CODE)
    page.route("**/catalogs/*.js", lambda route: route.fulfill(path=pseudo_locale / "browser.js"))
    sign_in(page, world.dana)
    open_map(page, world.acme.journey)
    card(page, "Sees an ad").click()
    left = {}
    for state, (enter, leave) in EDITOR_STATES.items():
        press(page, *enter)
        if texts := [*untranslated(page.content(), data)]:
            left[state] = texts
        press(page, *leave)
    assert not left, "\n".join(f"{state}: {texts}" for state, texts in left.items())
