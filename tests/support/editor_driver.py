"""Drives the map editor in a browser, and reads what it shows and what the server has stored."""

from itertools import pairwise
from typing import Any
from uuid import UUID

from playwright.sync_api import Locator, Page, expect

ASKED = "Dana was proposed"
STORY = {
    "steps": ["Looks", "Asks", "Signs"],
    "cards": [
        ["Sees an ad"],
        ["Signs the paper"],
        ["Is called back", "Hears of it", "Asks in the shop"],
        ["Line is switched"],
    ],
    "truth": ["Line is switched"],
    "felt": {
        "Sees an ad": None,
        "Asks in the shop": -2,
        "Signs the paper": 1,
        "Hears of it": -1,
        "Is called back": None,
        "Line is switched": 2,
    },
    "promises": [("Live in a day", "kept", "Looks", "Asks")],
    "directors": ["Choose"],
}

# The cells of the grid: for each lane and step with cards, their ids and titles in order.
CARDS = """() => Object.fromEntries([...document.querySelectorAll('[data-cell]')].flatMap(cell => {
  const cards = [...cell.querySelectorAll('[data-card]')]
  const read = (card) => [card.dataset.card, card.querySelector('.card-title')?.textContent ?? '']
  return cards.length ? [[`${cell.dataset.row} ${cell.dataset.step}`, cards.map(read)]] : []
}))"""
FRAME = "() => new Promise((go) => requestAnimationFrame(() => setTimeout(go)))"
# After this pause, a letter starts a new typeahead word (frontend/src/ui/keyboard.ts).
TYPEAHEAD_MS = 260
Cells = dict[str, list[list[str]]]
# The keys that enter and leave each state, with the cursor on a card.
EDITOR_STATES: dict[str, tuple[list[str], list[str]]] = {
    "a card and its panel": ([], []),
    "a text is typed": (["Enter"], ["Escape"]),
    "a card is carried": (["Space"], ["Escape"]),
    "the history": (["Control+Shift+H"], ["Escape"]),
    "the comments": (["c"], ["Escape", "Escape"]),
    "the menu": (["Shift+F10"], ["Escape"]),
    "find or do anything": (["Control+k"], ["Escape"]),
    "the keys": (["?"], ["Escape"]),
    "the lanes": (["l"], ["Escape"]),
    "the filter": (["f"], ["Escape"]),
    "move to": (["Control+Shift+M"], ["Escape"]),
    "who answers": (["o"], ["Escape"]),
    "a collapsed lane": (["["], ["]"]),
    "the presentation": (["Control+Shift+P"], ["Escape"]),
}


def open_map(page: Page, journey: UUID | str) -> None:
    page.goto(f"/journeys/{journey}/map/")
    expect(page.locator("[data-grid]")).to_be_visible()


def cards(page: Page) -> Cells:
    return page.evaluate(CARDS)


def titles(page: Page) -> list[list[str]]:
    """Return the titles by cell, from top to bottom and left to right."""
    return [[title for _, title in cell] for cell in cards(page).values()]


def records(page: Page, journey: UUID | str) -> list[dict[str, Any]]:
    answer = page.request.get(f"/api/v1/journeys/{journey}/snapshot")
    assert answer.ok
    return answer.json()["records"]


def cards_saved(page: Page, journey: UUID | str) -> Cells:
    """Return the result that cards() should have, from a new snapshot."""
    touchpoints = [record for record in records(page, journey) if record["type"] == "touchpoint"]
    cells: Cells = {}
    for record in sorted(touchpoints, key=lambda r: (r["fields"]["position"], r["id"])):
        fields = record["fields"]
        cells.setdefault(f"{fields['lane']} {fields['step']}", []).append(
            [record["id"], fields["title"]]
        )
    return cells


def saved(page: Page) -> None:
    """Wait until the server has responded to all gestures, which are sent one after the other."""
    expect(page.locator(".sync-status")).to_have_text("Saved", timeout=20_000)


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other, each after the map is drawn.

    Waits between letters, so that they are not taken as one word.
    """
    for before, key in pairwise(("", *keys)):
        if before.isalpha() and len(before) == len(key) == 1:
            page.wait_for_timeout(TYPEAHEAD_MS)
        page.keyboard.press(key)
        page.evaluate(FRAME)


def type_text(page: Page, text: str, end: str = "Enter") -> None:
    """Type a text where the map expects one, and end it with a key."""
    page.keyboard.press(f"Shift+{text[0]}" if text[0].isupper() else text[0])
    page.keyboard.type(text[1:])
    press(page, end)


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Press Tab until an element with this name has the focus."""
    for _ in range(80):
        page.keyboard.press(key)
        if name in focused(page):
            return
    raise AssertionError(f"Tab doesn't reach “{name}”; the focus is on “{focused(page)}”")


def follow(page: Page, name: str) -> None:
    """Follow a link with Tab and Enter."""
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def focused(page: Page) -> str:
    """Return the approximate accessible name of the focused element."""
    return page.evaluate(
        "() => { const at = document.activeElement; return [at.getAttribute('aria-label'),"
        " at.labels?.[0]?.textContent, at.textContent.trim()].filter(Boolean).join(' · ') }"
    )


def card(page: Page, title: str) -> Locator:
    return page.locator("[data-card]").filter(has_text=title).locator("[data-item]")


def cell(page: Page, lane: UUID | str, step: UUID | str) -> Locator:
    return page.locator(f'[data-cell][data-row="{lane}"][data-step="{step}"]')


def stage_head(page: Page, stage: str) -> Locator:
    return page.locator(".stage-head").filter(has_text=stage)


def choose(page: Page, what: Locator, item: str) -> None:
    """Choose an item of an element's context menu."""
    what.click(button="right")
    page.get_by_role("menuitem", name=item, exact=True).click()


def retitle(page: Page, title: str, text: str) -> None:
    """Select a card and give it another title."""
    card(page, title).click()
    press(page, "Enter")
    type_text(page, text)


def drag(page: Page, what: Locator, to: Locator, at: tuple[float, float] = (0.5, 0.5)) -> None:
    """Drag one element to a position within another, in small steps."""
    start, end = what.bounding_box(), to.bounding_box()
    assert start and end
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] * at[0], end["y"] + end["height"] * at[1], steps=12)
    page.evaluate(FRAME)
    page.mouse.up()
    page.evaluate(FRAME)


def journey_of(page: Page) -> str:
    return page.url.split("/journeys/")[1].split("/")[0]


def drawn(page: Page) -> dict:
    """Return the resulting map without ids. It must be the same for all input methods."""
    found = records(page, journey_of(page))
    names = {one["id"]: one["fields"].get("title") for one in found}
    of = lambda kind: [one["fields"] for one in found if one["type"] == kind]  # noqa: E731
    return {
        "steps": [one["title"] for one in sorted(of("step"), key=lambda one: one["position"])],
        "cards": titles(page),
        "truth": [one["title"] for one in of("touchpoint") if one["is_moment_of_truth"]],
        "felt": {one["title"]: one["emotion"] for one in of("touchpoint")},
        "promises": [
            (one["title"], one["status"], names[one["made_in"]], names[one["tested_in"]])
            for one in of("promise")
        ],
        "directors": [names[one["stage"]] for one in of("directorship")],
    }


def write(page: Page, where: Locator, text: str) -> None:
    """Tap to select, tap again to edit."""
    where.tap()
    where.tap()
    page.keyboard.type(text)
    leave(page)


def leave(page: Page) -> None:
    """Finish editing with a tap outside the text."""
    page.locator("[data-row=scenes]").first.tap()
