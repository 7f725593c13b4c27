"""The map editor under a finger: a tap selects, a second edits, a rest lifts or opens the menu."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import FRAME, card, cards, cards_saved, saved
from tests.browser.test_editor import ASKED, STORY, drawn, journey_of
from tests.world import World

pytestmark = pytest.mark.browser
LIFT, MENU = 350, 650  # ms that a finger rests: 250 and 500 are asked for
BACK = 100  # ms until a finger that has left touches again: within 50 it is the tail of what it did


@pytest.fixture(params=[(820, 1180), (390, 844)], ids=["tablet", "phone"])
def touched(request: pytest.FixtureRequest, window: Callable[..., Page]) -> Page:
    width, height = request.param
    return window(viewport={"width": width, "height": height}, has_touch=True, is_mobile=True)


class Finger:
    """One finger on the glass, with the events that a browser makes of it."""

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
        """Rest on something until the menu opens; choose from it."""
        self.send("touchStart", self.at(what))
        self.page.wait_for_timeout(MENU)
        self.send("touchEnd")
        self.page.wait_for_timeout(BACK)
        self.page.get_by_role("menuitem", name=command, exact=True).tap()

    def carry(self, what: Locator, to: Locator, part: tuple[float, float] = (0.5, 0.5)) -> None:
        """Lift something by resting on it, and put it down elsewhere."""
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


def test_the_same_is_drawn_by_a_finger(world: World, touched: Page, sign_in):
    page, finger = touched, Finger(touched)
    sign_in(page, world.dana)
    page.goto(f"/w/{world.acme.workspace.slug}/")
    page.get_by_role("link", name="New journey").first.tap()
    page.get_by_label("Title").fill("A house")
    page.get_by_label("First stage").fill("Choose")
    page.get_by_role("button", name="Add journey").tap()
    page.get_by_role("link", name="Map", exact=True).tap()
    page.get_by_role("button", name="Rows").tap()
    for department in ("Retail", "Network"):
        page.get_by_label("New lane").select_option(department)
        page.get_by_role("button", name="Add the lane").tap()
    page.get_by_role("button", name="Close").tap()

    write(page, page.locator("[data-row=steps]").get_by_text("First step"), "Looks")
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
        "Line is switched": ["Moment of truth", "Feels: delighted"],
        "Hears of it": ["Feels: uneasy"],
        "Signs the paper": ["Feels: pleased"],
        "Asks in the shop": ["Feels: let down"],
    }.items():
        for command in commands:
            finger.rest(card(page, title), command)
    finger.carry(card(page, "Asks in the shop"), card(page, "Is called back"), (0.5, 0.9))
    finger.carry(card(page, "Hears of it"), card(page, "Asks in the shop"), (0.5, 0.1))
    card(page, "Sees an ad").tap()
    if page.get_by_role("button", name="Make", exact=True).is_visible():
        page.get_by_role("button", name="Make", exact=True).tap()
    page.get_by_role("group", name="Make").get_by_role("button", name="Promise").tap()
    page.keyboard.type("Live in a day")
    leave(page)
    finger.rest(page.get_by_role("gridcell", name="Live in a day"), "Promise kept")
    page.get_by_role("button", name="Who answers for Choose").tap()
    page.get_by_label("Propose a director").select_option("Dana")
    page.get_by_role("button", name="Ask to answer for it").tap()
    expect(page.get_by_role("button", name=ASKED)).to_be_visible()
    saved(page)
    assert drawn(page) == STORY
    assert cards(page) == cards_saved(page, journey_of(page))


def write(page: Page, where: Locator, text: str) -> None:
    """Tap to choose, tap again to write."""
    where.tap()
    where.tap()
    page.keyboard.type(text)
    leave(page)


def leave(page: Page) -> None:
    """Finish a text by a tap beside it."""
    page.locator("[data-row=scenes]").first.tap()
