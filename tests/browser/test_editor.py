"""The map editor in Chromium: by keyboard alone, by pointer without dragging, and by dragging."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.editor_driver import (
    ASKED,
    STORY,
    card,
    cards,
    cards_saved,
    cell,
    drag,
    drawn,
    follow,
    journey_of,
    open_map,
    press,
    records,
    saved,
    tab_to,
    titles,
    type_text,
)
from tests.support.factories import SampleWorkspace, SampleWorld
from workspaces.services import member_role_set

pytestmark = pytest.mark.browser
EDGE = {"x": 5, "y": 5}  # a corner of a cell; the middle is covered by the add button
GESTURES = 20  # per test: 2 lanes, 3 for steps, 6 cards, 5 marks, 2 moves, 2 for the promise


def test_a_journey_is_drawn_by_keyboard_alone(world: SampleWorld, page: Page, sign_in):
    sign_in(page, world.dana)
    page.goto(f"/w/{world.acme.workspace.slug}/")
    follow(page, "New journey")
    tab_to(page, "Title")
    page.keyboard.type("A house")
    tab_to(page, "First stage")
    page.keyboard.type("Choose")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="A house")).to_be_visible()
    expect(page.get_by_role("grid").get_by_role("textbox")).to_be_focused()
    type_text(page, "Looks")  # the title of a new record is focused

    for department in ("Retail", "Network"):
        press(page, "l")
        tab_to(page, "New lane")
        page.keyboard.type(department)
        expect(page.get_by_role("option", name=department)).to_be_visible()
        press(page, "Enter")
        tab_to(page, "Add lane")
        press(page, "Enter", "Escape")
    press(page, "Control+Home", "ArrowDown")
    for step in ("Asks", "Signs"):
        press(page, "m")
        type_text(page, step)
    press(page, "Home", "ArrowDown", "ArrowDown")
    type_text(page, "Sees an ad", "Tab")
    type_text(page, "Asks in the shop", "Tab")
    type_text(page, "Signs the paper")
    press(page, "Home", "ArrowDown")
    type_text(page, "Hears of it", "Tab")
    type_text(page, "Is called back", "Tab")
    type_text(page, "Line is switched")
    assert titles(page) == [
        ["Sees an ad"],
        ["Asks in the shop"],
        ["Signs the paper"],
        ["Hears of it"],
        ["Is called back"],
        ["Line is switched"],
    ]
    press(page, "s", "5")  # a moment of truth, delighted
    press(page, "Home", "2")
    press(page, "ArrowUp", "End", "4")
    press(page, "ArrowLeft", "1", "Alt+ArrowDown")  # move “Asks in the shop” to Network
    press(page, "Home", "Space", "ArrowRight", "Space")  # move “Hears of it” behind it
    press(page, "Home", "p")
    type_text(page, "Live in a day")
    press(page, "k", "o")
    tab_to(page, "Director to propose")
    page.keyboard.type("Dana")
    expect(page.get_by_role("option", name="Dana")).to_be_visible()
    press(page, "Enter")
    tab_to(page, "Propose as director")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=ASKED)).to_be_visible()
    saved(page)
    assert drawn(page) == STORY

    before = cards(page)
    for _ in range(GESTURES):
        press(page, "Control+z")
    assert cards(page) == {}
    for _ in range(GESTURES):
        press(page, "Control+Shift+Z")
    assert cards(page) == before
    saved(page)
    page.reload()
    expect(page.get_by_role("grid")).to_be_visible()
    assert drawn(page) == STORY
    assert cards(page) == before == cards_saved(page, journey_of(page))


def test_the_same_is_drawn_by_pointer_without_a_drag(world: SampleWorld, page: Page, sign_in):
    sign_in(page, world.dana)
    page.goto(f"/w/{world.acme.workspace.slug}/")
    page.get_by_role("link", name="New journey").first.click()
    page.get_by_label("Title").fill("A house")
    page.get_by_label("First stage").fill("Choose")
    page.get_by_role("button", name="Add journey").click()
    expect(page.get_by_role("grid").get_by_role("textbox")).to_be_focused()
    page.keyboard.type("Looks")
    leave_text(page)
    tools = page.get_by_role("toolbar")
    tools.get_by_role("button", name="Rows").click()
    for department in ("Retail", "Network"):
        page.get_by_label("New lane").fill(department)
        page.get_by_role("option", name=department).click()
        page.get_by_role("button", name="Add lane").click()
    page.get_by_role("dialog").get_by_role("button", name="Close").click()

    for last, step in (("Looks", "Asks"), ("Asks", "Signs")):
        page.get_by_role("button", name=f"New step after {last}").click()
        page.keyboard.type(step)
        leave_text(page)
    for row, texts in enumerate(
        (
            ("Sees an ad", "Asks in the shop", "Signs the paper"),
            ("Hears of it", "Is called back", "Line is switched"),
        )
    ):
        for column, text in enumerate(texts):
            cells = page.locator(".map-lane").nth(row).locator("[data-cell]")
            type_into(page, cells.nth(column), text)
    for title, commands in {
        "Line is switched": ["Moment of truth", "Emotion: delighted"],
        "Hears of it": ["Emotion: uneasy"],
        "Signs the paper": ["Emotion: pleased"],
        "Asks in the shop": ["Emotion: let down", "Move down"],
    }.items():
        for command in commands:
            choose(page, card(page, title), command)
    choose(page, card(page, "Hears of it"), "Pick up and move")
    card(page, "Is called back").click()
    card(page, "Sees an ad").click()
    tools.get_by_role("button", name="Promise").click()
    page.keyboard.type("Live in a day")
    leave_text(page)
    choose(page, page.get_by_role("gridcell", name="Live in a day"), "Promise kept")
    page.get_by_role("button", name="Director of Choose").click()
    page.get_by_label("Director to propose").fill("Dana")
    page.get_by_role("option", name="Dana").click()
    page.get_by_role("button", name="Propose as director").click()
    expect(page.get_by_role("button", name=ASKED)).to_be_visible()
    saved(page)
    assert drawn(page) == STORY

    undo, redo = (page.get_by_role("button", name=name, exact=True) for name in ("Undo", "Redo"))
    before = cards(page)
    for _ in range(GESTURES):
        undo.click()
    assert cards(page) == {}
    for _ in range(GESTURES):
        redo.click()
    saved(page)
    assert drawn(page) == STORY
    assert cards(page) == before


def leave_text(page: Page) -> None:
    """Finish editing with a click outside the text."""
    page.locator("[data-row=scenes]").first.click()


def type_into(page: Page, where: Locator, text: str) -> None:
    where.dblclick()
    page.keyboard.type(text)
    leave_text(page)


def choose(page: Page, what: Locator, command: str) -> None:
    """Choose a command from the context menu of an element."""
    what.click(button="right")
    page.get_by_role("menuitem", name=command).click()


def test_cards_and_steps_are_dragged(world: SampleWorld, page: Page, sign_in):
    acme = world.acme
    sign_in(page, world.alice)
    open_map(page, acme.journey)
    drag(page, card(page, "Sees an ad"), cell(page, acme.lanes["Network"], acme.steps["Signs"]))
    assert found(page, acme, "Network", "Signs") == ["Sees an ad"]

    card(page, "Asks in the shop").click()
    card(page, "Reads the leaflet").click(modifiers=["Control"])
    target = cell(page, acme.lanes["Network"], acme.steps["Looks"])
    drag(page, card(page, "Reads the leaflet"), target)
    assert found(page, acme, "Network", "Looks") == ["Asks in the shop", "Reads the leaflet"]
    assert found(page, acme, "Retail", "Asks") == []

    head = page.locator("[data-row=steps]")
    drag(page, head.get_by_text("Looks"), head.get_by_text("Signs"), at=(0.9, 0.5))
    assert page.locator(".step-name").all_text_contents() == [
        "Asks", "Signs", "Looks", "Waits", "Calls",
    ]  # fmt: skip
    saved(page)
    assert cards(page) == cards_saved(page, acme.journey)
    for _ in range(3):
        press(page, "Control+z")
    assert found(page, acme, "Retail", "Looks") == ["Sees an ad"]
    assert page.locator(".step-name").first.text_content() == "Looks"
    saved(page)


def found(page: Page, place: SampleWorkspace, lane: str, step: str) -> list[str]:
    """Return the titles of the cards in a cell."""
    return [title for _, title in cards(page).get(f"{place.lanes[lane]} {place.steps[step]}", [])]


def test_a_table_and_own_cards_are_pasted(world: SampleWorld, page: Page, sign_in):
    acme = world.acme
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, world.alice)
    open_map(page, acme.journey)
    table = "a1\tb1\tc1\na2\tb2\tc2\na3\tb3\tc3"
    page.evaluate("(text) => navigator.clipboard.writeText(text)", table)
    cell(page, acme.lanes["unassigned"], acme.steps["Looks"]).click(position=EDGE)
    press(page, "Control+v")
    expect(card(page, "c3")).to_be_visible()
    for row, lane in enumerate(("unassigned", "Retail", "Network"), start=1):
        for column, step in zip("abc", ("Looks", "Asks", "Signs"), strict=True):
            assert f"{column}{row}" in found(page, acme, lane, step)

    card(page, "Signs").click()  # neutral in the test data
    card(page, "Hears nothing").click(modifiers=["Control"])
    press(page, "Control+c")
    cell(page, acme.lanes["Retail"], acme.steps["Waits"]).click(position=EDGE)
    press(page, "Control+v")
    expect(card(page, "Hears nothing")).to_have_count(2)
    assert found(page, acme, "Retail", "Waits") == ["Signs"]
    assert "Hears nothing" in found(page, acme, "Network", "Calls")
    saved(page)
    assert cards(page) == cards_saved(page, acme.journey)
    felt = [
        record["fields"]["emotion"]
        for record in records(page, acme.journey)
        if record["type"] == "touchpoint" and record["fields"]["title"] == "Hears nothing"
    ]
    assert len(felt) == 2 and felt[0] == felt[1] is not None


ODD = [
    "<img src=x onerror=alert(1)><b>Calls</b>",
    "\U0001f469\u200d\U0001f9af rings \U0001f514",
    "\u062a\u062a\u0635\u0644 \u0628\u0646\u0627",
    "\u202eturned\u202c around",
    "W" * 700,
]
READ = ["<img src=x onerror=alert(1)><b>Calls</b>", *ODD[1:3], "turned around", "W" * 500]


def test_what_is_pasted_from_anywhere_is_text_and_no_more(world: SampleWorld, page: Page, sign_in):
    acme = world.acme
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, world.alice)
    open_map(page, acme.journey)
    copy = "(text) => navigator.clipboard.writeText(text)"
    page.evaluate(copy, "\n".join(ODD))
    cell(page, acme.lanes["Retail"], acme.steps["Waits"]).click(position=EDGE)
    press(page, "Control+v")
    expect(card(page, "turned around")).to_be_visible()
    saved(page)
    assert found(page, acme, "Retail", "Waits") == READ
    assert cards(page) == (before := cards_saved(page, acme.journey))

    toast = page.locator("#toasts > *").last
    long_list, heavy = "line of a very long list\n" * 200_000, "\n".join(["\U0001f514" * 500] * 400)
    for text in (long_list, heavy):  # 5 MB; 800 KB of ops
        page.evaluate(copy, text)
        cell(page, acme.lanes["Retail"], acme.steps["Looks"]).click(position=EDGE)
        press(page, "Control+v")
        expect(toast).to_contain_text("too much to paste at once")
        toast.get_by_role("button", name="Close").click()
        expect(page.locator("[data-card]")).to_have_count(sum(map(len, before.values())))
        assert cards_saved(page, acme.journey) == before
    retitled = card(page, "turned around")
    retitled.dblclick()
    page.keyboard.type("Still alive")
    press(page, "Enter")
    saved(page)


def test_what_one_writes_of_a_card_waits_at_that_card(world: SampleWorld, page: Page, sign_in):
    acme = world.acme
    sign_in(page, world.alice)
    open_map(page, acme.journey)
    box = page.get_by_label("Add a comment")
    card(page, "Signs").click()
    press(page, "c")
    box.fill("Who prints it?")
    card(page, "Sees an ad").click()
    expect(box).to_have_value("")
    card(page, "Signs").click()
    expect(box).to_have_value("Who prints it?")
    page.get_by_role("button", name="Send").click()
    expect(card(page, "Signs").locator(".card-comments")).to_have_text("1")
    expect(card(page, "Sees an ad").locator(".card-comments")).to_have_count(0)


def test_a_viewer_finds_no_way_to_change(world: SampleWorld, page: Page, sign_in):
    acme = world.acme
    sign_in(page, world.bob)
    open_map(page, acme.journey)
    before = cards(page)
    expect(page.get_by_text("You can read and comment here")).to_be_visible()
    expect(page.get_by_role("group", name="Add")).to_have_count(0)
    expect(page.locator("[data-add], [data-add-step], [data-end]")).to_have_count(0)
    card(page, "Signs").dblclick()
    press(page, "Enter", "Delete", "Alt+ArrowDown", "Space", "t", "m", "g", "s", "1", "Control+d")
    cell(page, acme.lanes["Retail"], acme.steps["Waits"]).dblclick()
    page.keyboard.type("Mine")
    drag(page, card(page, "Signs"), cell(page, acme.lanes["Network"], acme.steps["Looks"]))
    card(page, "Signs").click(button="right")
    offered = page.get_by_role("menuitem").all_text_contents()
    assert not {"Remove", "Duplicate", "Move to…", "Edit the text"} & {
        one.strip() for one in offered
    }
    page.keyboard.press("Escape")
    expect(page.locator("[data-editing]")).to_have_count(0)
    expect(page.get_by_label("Title", exact=True)).to_have_attribute("readonly", "")
    assert cards(page) == before == cards_saved(page, acme.journey)


def test_who_is_demoted_is_narrowed_at_once(world: SampleWorld, page: Page, sign_in):
    sign_in(page, world.alice)
    open_map(page, world.acme.journey)
    expect(page.get_by_role("group", name="Add")).to_be_visible()
    member_role_set(member=world.alice.member, role="viewer", actor=world.dana.actor)
    expect(page.get_by_text("You can read and comment here")).to_be_visible(timeout=3_000)
    expect(page.locator("[data-add], [data-add-step], [data-end]")).to_have_count(0)


def test_the_list_shows_what_the_map_changed(world: SampleWorld, page: Page, sign_in):
    acme = world.acme
    sign_in(page, world.alice)
    open_map(page, acme.journey)
    cell(page, acme.lanes["Retail"], acme.steps["Waits"]).dblclick()
    page.keyboard.type("Gets a letter")
    press(page, "Enter", "5", "s")
    saved(page)
    page.get_by_role("link", name="List").first.click()
    row = page.get_by_role("listitem").filter(has_text="Gets a letter").last
    expect(row).to_be_visible()
    expect(row).to_contain_text("Moment of truth")
