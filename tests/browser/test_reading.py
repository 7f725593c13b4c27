"""The map with right-to-left layout, forced colors, large text and reduced motion."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.editor_driver import card, cards, cards_saved, cell, drag, open_map, press, saved
from tests.support.factories import SampleWorld

pytestmark = pytest.mark.browser

LEFTWARD = """new MutationObserver(() => document.documentElement?.setAttribute('dir', 'rtl'))
  .observe(document, { childList: true })"""
STEPS = "() => [...document.querySelectorAll('.step-head')].map((head) => head.dataset.step)"
LEFT = "(element) => element.getBoundingClientRect().left"


@pytest.fixture
def leftward(page: Page) -> Page:
    page.add_init_script(LEFTWARD)
    return page


def test_read_to_the_left_a_card_lands_where_it_is_dropped(
    world: SampleWorld, leftward: Page, sign_in
):
    page = leftward
    sign_in(page, world.alice)
    open_map(page, world.acme.journey)
    signs = card(page, "Signs")
    lane, here = signs.get_attribute("data-row"), signs.get_attribute("data-step")
    assert lane
    assert here
    steps = page.evaluate(STEPS)
    there = steps[steps.index(here) + 1]
    assert cell(page, lane, there).evaluate(LEFT) < cell(page, lane, here).evaluate(LEFT)
    drag(page, signs, cell(page, lane, there))
    expect(signs).to_have_attribute("data-step", there)
    expect(signs).to_have_attribute("data-row", lane)
    saved(page)
    assert cards(page) == cards_saved(page, world.acme.journey)


def test_read_to_the_left_an_arrow_goes_where_it_points(
    world: SampleWorld, leftward: Page, sign_in
):
    page = leftward
    sign_in(page, world.alice)
    open_map(page, world.acme.journey)
    signs = card(page, "Signs")
    signs.click()
    before = signs.evaluate(LEFT)
    press(page, "Alt+ArrowLeft")
    after = signs.evaluate(LEFT)
    assert after < before
    press(page, "ArrowRight")
    assert page.evaluate("() => document.activeElement.getBoundingClientRect().left") > after


def test_a_dropped_card_goes_the_last_way_unless_motion_is_reduced(
    world: SampleWorld, window: Callable[..., Page], sign_in
):
    for motion, moves in (("no-preference", 1), ("reduce", 0)):
        page = window(reduced_motion=motion)
        sign_in(page, world.alice)
        page.add_init_script(
            "const { animate } = Element.prototype; window.settled = 0;"
            "Element.prototype.animate = function (...all) {"
            " if (this.matches('[data-item]')) window.settled += 1;"
            " return animate.apply(this, all) }"
        )
        open_map(page, world.acme.journey)
        signs = card(page, "Signs")
        lane, here = signs.get_attribute("data-row"), signs.get_attribute("data-step")
        assert lane
        steps = page.evaluate(STEPS)
        there = steps[(steps.index(here) + 1) % len(steps)]
        drag(page, signs, cell(page, lane, there), (0.5, 0.85))
        expect(signs).to_have_attribute("data-step", there)
        assert page.evaluate("() => window.settled") == moves
        expect(page.locator(".is-landing")).to_have_count(0)
        saved(page)


def test_larger_letters_begin_a_larger_map(world: SampleWorld, page: Page, sign_in):
    sign_in(page, world.alice)
    page.add_init_script(
        LEFTWARD.replace("setAttribute('dir', 'rtl')", "style.setProperty('font-size', '32px')")
    )
    open_map(page, world.acme.journey)
    expect(page.get_by_role("button", name="Zoom 200%")).to_be_visible()


def test_in_few_colours_rows_and_moments_of_truth_are_still_drawn(
    world: SampleWorld, window: Callable[..., Page], sign_in
):
    page = window(forced_colors="active")
    sign_in(page, world.alice)
    open_map(page, world.acme.journey)
    ground = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    line = "() => getComputedStyle(document.querySelector('.map-lane'), '::after').backgroundColor"
    assert page.evaluate(line) != ground
