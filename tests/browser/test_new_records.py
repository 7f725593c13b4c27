"""New records on the map: visible while being named, and discarded without a name."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.chromium import at_size
from tests.support.editor_driver import card, cards, cell, open_map, press, records, saved
from tests.support.factories import SampleWorld

pytestmark = pytest.mark.browser
LONG = "Compares three plans on the website and finds none that says what the bill will be"
# Nothing covers the edited text at its center and at two corners.
SEEN = """() => {
  const text = document.querySelector('[data-editing]')
  const { left, top, width, height } = text.getBoundingClientRect()
  return [[0.5, 0.5], [0.03, 0.1], [0.97, 0.9]].every(
    ([x, y]) => document.elementFromPoint(left + width * x, top + height * y) === text)
}"""


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_what_one_types_is_seen_and_escape_leaves_nothing(
    world: SampleWorld, window: Callable[..., Page], sign_in, size: str
):
    acme, page = world.acme, at_size(window, size)
    sign_in(page, world.alice)
    open_map(page, acme.journey)
    before, was = records(page, acme.journey), page.locator("[data-item]").count()
    filled, empty = card(page, "Signs"), cell(page, acme.lanes["Network"], acme.steps["Looks"])

    def by_key(key: str) -> None:
        filled.click()
        press(page, key)

    def by_plus() -> None:
        filled.click()
        page.get_by_role("button", name="Add touchpoint").locator("visible=true").click()

    def by_tab() -> None:
        filled.click()
        press(page, "Tab", "Enter")

    def by_enter() -> None:
        empty.click(position={"x": 4, "y": 4})
        press(page, "Enter")

    def by_toolbar() -> None:
        filled.click()
        if size == "phone":
            page.get_by_role("button", name="Add", exact=True).click()
        page.get_by_role("group", name="Add").get_by_role("button", name="Touchpoint").click()

    ways = [lambda key=key: by_key(key) for key in ("t", "x", "i", "p", "m", "Shift+M", "g")]
    for begin in [*ways, by_plus, by_tab, by_enter, by_toolbar]:
        begin()
        expect(page.locator("[data-editing]")).to_be_focused()
        page.wait_for_function(SEEN)
        press(page, "Escape")
        expect(page.locator("[data-editing]")).to_have_count(0)
        expect(page.locator("[data-item]")).to_have_count(was)
    assert records(page, acme.journey) == before

    by_plus()
    page.keyboard.type(LONG)
    page.wait_for_function(SEEN)
    text = page.locator("[data-editing]")
    assert text.evaluate("(text) => text.scrollHeight <= text.clientHeight + 1")
    press(page, "Enter")
    saved(page)
    assert [title for _, title in cards(page)[f"{acme.lanes['Retail']} {acme.steps['Signs']}"]][
        -1
    ] == LONG


def test_the_plus_of_a_filled_cell_is_large_enough_and_over_the_card(
    world: SampleWorld, page: Page, sign_in
):
    sign_in(page, world.alice)
    open_map(page, world.acme.journey)
    card(page, "Signs").hover()
    plus = page.get_by_role("button", name="Add touchpoint").locator("visible=true")
    box = plus.bounding_box()
    assert box
    assert (box["width"], box["height"]) == (24, 24)
    over = "([x, y]) => document.elementFromPoint(x, y)?.closest('[data-add]') !== null"
    for y in (3, 12, 21):
        assert page.evaluate(over, [box["x"] + 12, box["y"] + y])
