"""Hands on the map editor: what a person presses and sees, and what the server has."""

from itertools import pairwise
from typing import Any
from uuid import UUID

from playwright.sync_api import Locator, Page, expect

# Cells of the grid in words: for each lane and step with cards, their ids and titles in order.
CARDS = """() => Object.fromEntries([...document.querySelectorAll('[data-cell]')].flatMap(cell => {
  const cards = [...cell.querySelectorAll('[data-card]')]
  const read = (card) => [card.dataset.card, card.querySelector('.card-title')?.textContent ?? '']
  return cards.length ? [[`${cell.dataset.row} ${cell.dataset.step}`, cards.map(read)]] : []
}))"""
FRAME = "() => new Promise((go) => requestAnimationFrame(() => setTimeout(go)))"
TYPEAHEAD_MS = (
    260  # milliseconds after which a letter belongs to no word (frontend/src/ui/keyboard.ts)
)
Cells = dict[str, list[list[str]]]


def open_map(page: Page, journey: UUID | str) -> None:
    page.goto(f"/journeys/{journey}/map/")
    expect(page.locator("[data-grid]")).to_be_visible()


def cards(page: Page) -> Cells:
    return page.evaluate(CARDS)


def titles(page: Page) -> list[list[str]]:
    """Return the titles by cell, cells from top to bottom and left to right."""
    return [[title for _, title in cell] for cell in cards(page).values()]


def records(page: Page, journey: UUID | str) -> list[dict[str, Any]]:
    answer = page.request.get(f"/api/v1/journeys/{journey}/snapshot")
    assert answer.ok
    return answer.json()["records"]


def cards_saved(page: Page, journey: UUID | str) -> Cells:
    """Return what `cards` should say, from a fresh snapshot."""
    found = [one for one in records(page, journey) if one["type"] == "touchpoint"]
    cells: Cells = {}
    for one in sorted(found, key=lambda one: (one["fields"]["position"], one["id"])):
        fields = one["fields"]
        cells.setdefault(f"{fields['lane']} {fields['step']}", []).append(
            [one["id"], fields["title"]]
        )
    return cells


def saved(page: Page) -> None:
    """Wait until all gestures are answered: they go up one after the other."""
    expect(page.locator(".sync-status")).to_have_text("Saved", timeout=20_000)


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other, no quicker than the map is drawn; letters not as a word."""
    for before, key in pairwise(("", *keys)):
        if before.isalpha() and len(before) == len(key) == 1:
            page.wait_for_timeout(TYPEAHEAD_MS)
        page.keyboard.press(key)
        page.evaluate(FRAME)


def type_text(page: Page, text: str, end: str = "Enter") -> None:
    """Type a text where the map asks for one, and finish it."""
    page.keyboard.press(f"Shift+{text[0]}" if text[0].isupper() else text[0])
    page.keyboard.type(text[1:])
    press(page, end)


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Go on with Tab until something of that name has the focus."""
    for _ in range(80):
        page.keyboard.press(key)
        if name in focused(page):
            return
    raise AssertionError(f"Tab does not come to “{name}”; it is at “{focused(page)}”")


def follow(page: Page, name: str) -> None:
    """Follow a link by Tab and Enter."""
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def focused(page: Page) -> str:
    """Return what is said of what has the focus, roughly."""
    return page.evaluate(
        "() => { const at = document.activeElement; return [at.getAttribute('aria-label'),"
        " at.labels?.[0]?.textContent, at.textContent.trim()].filter(Boolean).join(' · ') }"
    )


def card(page: Page, title: str) -> Locator:
    return page.locator("[data-card]").filter(has_text=title).locator("[data-item]")


def cell(page: Page, lane: UUID | str, step: UUID | str) -> Locator:
    return page.locator(f'[data-cell][data-row="{lane}"][data-step="{step}"]')


def drag(page: Page, what: Locator, to: Locator, at: tuple[float, float] = (0.5, 0.5)) -> None:
    """Press on something, go to a part of something else in small steps, let go."""
    start, end = what.bounding_box(), to.bounding_box()
    assert start and end
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] * at[0], end["y"] + end["height"] * at[1], steps=12)
    page.evaluate(FRAME)
    page.mouse.up()
    page.evaluate(FRAME)
