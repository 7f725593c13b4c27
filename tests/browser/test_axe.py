"""axe finds no violations of WCAG 2.2 AA on any page, in both themes and at both sizes."""

import pytest
from playwright.sync_api import Page

from tests.support.accessibility import SIZES, accessibility_violations
from tests.support.factories import SampleWorld
from tests.support.sample_pages import ANONYMOUS_PAGES, create_ownership_states, pages, share_pages

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("size", SIZES)
def test_every_page_is_accessible(world: SampleWorld, page: Page, sign_in, size: str):
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    wrong = []
    for signed_in, urls in ((False, [*ANONYMOUS_PAGES, *share_pages(world)]), (True, pages(world))):
        if signed_in:
            create_ownership_states(world)
            sign_in(page, world.dana)
        for url in urls:
            answer = page.goto(url)
            assert answer.status == 200, f"{url} answered {answer.status}"
            wrong += [f"{url} {report}" for report in accessibility_violations(page)]
            if page.evaluate("() => document.documentElement.scrollWidth") > width:
                wrong.append(f"{url} scrolls sideways at {width} px")
    assert not wrong, "\n".join(wrong)[:6000]
