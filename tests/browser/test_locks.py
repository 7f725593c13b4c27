"""Locks in the map editor: set from the menu, they block pointer and keyboard until removed."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.editor_driver import (
    card,
    cards,
    cards_saved,
    cell,
    choose,
    drag,
    open_map,
    press,
    saved,
    stage_head,
)
from tests.support.factories import SampleWorld

pytestmark = pytest.mark.browser


def test_a_card_slides_back_from_a_locked_stage_with_the_reason(
    world: SampleWorld, page: Page, sign_in
):
    sign_in(page, world.alice)
    open_map(page, world.acme.journey)
    before = cards(page)
    choose(page, stage_head(page, "Buy"), "Lock stage")
    expect(stage_head(page, "Buy").get_by_text("Locked", exact=True)).to_be_attached()

    locked = cell(page, world.acme.lanes["Retail"], world.acme.steps["Waits"])
    drag(page, card(page, "Sees an ad"), locked)
    message = "Not allowed: Buy is locked. Unlock it to change it."
    expect(page.locator("#toasts")).to_contain_text(message)
    assert cards(page) == before == cards_saved(page, world.acme.journey)

    # While dragging, the lock shows before the card is dropped.
    start, end = card(page, "Sees an ad").bounding_box(), locked.bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 60, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=8)
    expect(page.locator(".drop-indicators .is-forbidden").first).to_be_attached()
    expect(page.get_by_text("Buy is locked", exact=True)).to_be_visible()
    expect(page.get_by_text("Not allowed: Buy is locked.", exact=True)).to_be_attached()
    press(page, "Escape")
    page.mouse.up()

    choose(page, stage_head(page, "Buy"), "Unlock stage")
    expect(stage_head(page, "Buy").get_by_text("Locked", exact=True)).not_to_be_attached()
    drag(page, card(page, "Sees an ad"), locked)
    saved(page)
    key = f"{world.acme.lanes['Retail']} {world.acme.steps['Waits']}"
    assert [title for _, title in cards(page)[key]] == ["Sees an ad"]
    assert cards(page) == cards_saved(page, world.acme.journey)


def test_a_locked_lane_keeps_its_cards_until_the_lock_is_undone(
    world: SampleWorld, page: Page, sign_in
):
    sign_in(page, world.alice)
    open_map(page, world.acme.journey)
    lane = page.locator(f'[data-lane="{world.acme.lanes["Network"]}"]')
    choose(page, lane, "Lock lane")
    expect(lane.get_by_text("Locked", exact=True)).to_be_attached()
    card(page, "Is called back").click()
    press(page, "Delete")
    expect(page.locator("#toasts")).to_contain_text("Not allowed: Network is locked.")
    expect(card(page, "Is called back")).to_be_visible()
    # The socket announces a lock before the response arrives, and only the response enables undo.
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_enabled()
    press(page, "Control+z")
    expect(lane.get_by_text("Locked", exact=True)).not_to_be_attached()
    press(page, "Delete")
    expect(card(page, "Is called back")).not_to_be_attached()
    saved(page)
