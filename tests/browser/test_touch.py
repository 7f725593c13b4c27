"""The map editor by touch: tap to select, tap again to edit, hold to lift or to open the menu."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.editor_driver import (
    ASKED,
    FRAME,
    STORY,
    card,
    cards,
    cards_saved,
    drawn,
    journey_of,
    leave,
    open_map,
    saved,
    write,
)
from tests.support.factories import SampleWorld

pytestmark = pytest.mark.browser
LIFT = 350  # ms that a finger rests: the editor lifts a card after 250 and opens the menu after 500
BACK = 100  # ms between two touches; the editor ignores a touch within 50 ms of the last one


TABLET, PHONE = {"width": 820, "height": 1180}, {"width": 390, "height": 844}


@pytest.fixture(params=[TABLET, PHONE], ids=["tablet", "phone"])
def touched(request: pytest.FixtureRequest, window: Callable[..., Page]) -> Page:
    return window(viewport=request.param, has_touch=True, is_mobile=True)


@pytest.fixture
def phone(window: Callable[..., Page]) -> Page:
    return window(viewport=PHONE, has_touch=True, is_mobile=True)


class TouchInput:
    """A finger on the screen, with the touch events that a browser dispatches for it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.glass = page.context.new_cdp_session(page)

    def at(self, what: Locator, part: tuple[float, float] = (0.5, 0.5)) -> tuple[float, float]:
        what.scroll_into_view_if_needed()
        box = what.bounding_box()
        assert box
        return box["x"] + box["width"] * part[0], box["y"] + box["height"] * part[1]

    def send(self, kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        self.glass.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def rest(self, what: Locator, command: str) -> None:
        """Hold an element until the menu opens, and choose a command."""
        item = self.page.get_by_role("menuitem", name=command, exact=True)
        self.send("touchStart", self.at(what))
        expect(item).to_be_visible()
        self.send("touchEnd")
        self.page.wait_for_timeout(BACK)
        item.tap()

    def carry(self, what: Locator, to: Locator, part: tuple[float, float] = (0.5, 0.5)) -> None:
        """Lift an element by holding it, and drop it elsewhere."""
        start = self.at(what)
        self.send("touchStart", start)
        self.page.wait_for_timeout(LIFT)
        end = self.at(to, part)
        for step in range(1, 9):
            share = step / 8
            here = tuple(a + (b - a) * share for a, b in zip(start, end, strict=True))
            self.send("touchMove", here)
            self.page.evaluate(FRAME)
        self.send("touchEnd")
        self.page.wait_for_timeout(BACK)


def test_the_same_is_drawn_by_a_finger(world: SampleWorld, touched: Page, sign_in):
    page, finger = touched, TouchInput(touched)
    sign_in(page, world.dana)
    page.goto(f"/w/{world.acme.workspace.slug}/")
    page.get_by_role("link", name="New journey").first.tap()
    page.get_by_label("Title").fill("A house")
    page.get_by_label("First stage").fill("Choose")
    page.get_by_role("button", name="Add journey").tap()
    first = page.locator("[data-row=steps]").get_by_text("First step")
    if is_phone(page):  # phones show the list instead of the map
        page.get_by_role("link", name="Map", exact=True).tap()
        write(page, first, "Looks")
    else:  # the title of a new record is focused
        expect(page.get_by_role("grid").get_by_role("textbox")).to_be_focused()
        page.keyboard.type("Looks")
        leave(page)
    page.get_by_role("button", name="Rows").tap()
    for department in ("Retail", "Network"):
        page.get_by_label("New lane").fill(department)
        page.get_by_role("option", name=department).tap()
        page.get_by_role("button", name="Add lane").tap()
    page.get_by_role("dialog").get_by_role("button", name="Close").tap()

    for last, step in (("Looks", "Asks"), ("Asks", "Signs")):
        finger.rest(page.locator("[data-row=steps]").get_by_text(last), "Step")
        page.keyboard.type(step)
        leave(page)
    for row, texts in enumerate(
        (
            ("Sees an ad", "Asks in the shop", "Signs the paper"),
            ("Hears of it", "Is called back", "Line is switched"),
        )
    ):
        for column, text in enumerate(texts):
            cells = page.locator(".map-lane").nth(row).locator("[data-cell]")
            write(page, cells.nth(column), text)
    for title, commands in {
        "Line is switched": ["Moment of truth", "Emotion: delighted"],
        "Hears of it": ["Emotion: uneasy"],
        "Signs the paper": ["Emotion: pleased"],
        "Asks in the shop": ["Emotion: let down"],
    }.items():
        for command in commands:
            finger.rest(card(page, title), command)
    finger.carry(card(page, "Asks in the shop"), card(page, "Is called back"), (0.5, 0.9))
    finger.carry(card(page, "Hears of it"), card(page, "Asks in the shop"), (0.5, 0.1))
    card(page, "Sees an ad").tap()
    if page.get_by_role("button", name="Add", exact=True).is_visible():
        page.get_by_role("button", name="Add", exact=True).tap()
    page.get_by_role("group", name="Add").get_by_role("button", name="Promise").tap()
    page.keyboard.type("Live in a day")
    leave(page)
    finger.rest(page.get_by_role("gridcell", name="Live in a day"), "Promise kept")
    page.get_by_role("button", name="Director of Choose").tap()
    page.get_by_label("Director to propose").fill("Dana")
    page.get_by_role("option", name="Dana").tap()
    page.get_by_role("button", name="Propose as director").tap()
    expect(page.get_by_role("button", name=ASKED)).to_be_visible()
    saved(page)
    assert drawn(page) == STORY
    assert cards(page) == cards_saved(page, journey_of(page))


def test_a_phone_has_the_list_first_and_everything_of_the_map_behind_three_dots(
    world: SampleWorld, touched: Page, sign_in
):
    page = touched
    sign_in(page, world.alice)
    page.goto(f"/w/{world.acme.workspace.slug}/")
    journey = page.locator(".journey-row").get_by_role("link").first
    journey.tap()
    expect(page.get_by_role("link", name="List", exact=True)).to_be_visible()
    if not is_phone(page):
        assert page.url.endswith("/map/")
        expect(page.get_by_label("More", exact=True)).to_be_hidden()
        return
    assert not page.url.endswith("/map/")
    page.get_by_role("link", name="Map", exact=True).tap()
    more = page.locator(".editor-top").get_by_label("More", exact=True)
    more.tap()
    page.locator(".editor-top").get_by_role("button", name="History").tap()
    expect(page.get_by_role("complementary")).to_be_visible()
    page.get_by_role("complementary").get_by_role("button", name="Close").tap()
    more.tap()
    page.locator(".editor-top").get_by_role("button", name="Present").tap()
    expect(page.locator(".presentation")).to_be_visible()


def test_a_tap_beside_the_menu_closes_it_and_does_nothing_else(
    world: SampleWorld, phone: Page, sign_in
):
    page, finger = phone, TouchInput(phone)
    sign_in(page, world.alice)
    open_map(page, world.acme.journey)
    # By title: while the map opens, cards are added before the one that was the first.
    held = card(page, "Sees an ad")
    finger.send("touchStart", finger.at(held))
    menu = page.get_by_role("menu")
    expect(menu).to_be_visible()
    finger.send("touchEnd")
    low = [one for one in map(height, menu.get_by_role("menuitem").all()) if one < 44]
    assert not low
    selected = page.locator(".is-selected").get_attribute("data-item")
    page.touchscreen.tap(300, 120)
    expect(menu).to_have_count(0)
    assert page.locator(".is-selected").get_attribute("data-item") == selected


def height(what: Locator) -> float:
    box = what.bounding_box()
    assert box
    return box["height"]


def is_phone(page: Page) -> bool:
    return page.viewport_size == PHONE
