"""The storyboard in a browser: what is drawn stays, two people draw in one frame, and the keyboard is enough."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from comments.models import Comment
from storyboards.models import Frame
from storyboards.services import frame_drawing_open, frame_picture_update
from tests.support.accessibility import SIZES, accessibility_violations
from tests.support.factories import SampleMember, SampleWorld
from tests.support.storyboards import SVG, draw, drawn_frame, element, elements_of, frame_add

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Window = Callable[..., Page]


def open_storyboard(page: Page, world: SampleWorld) -> None:
    page.goto(f"/w/{world.acme.workspace.slug}/journeys/{world.acme.journey}/storyboard/")
    expect(page.get_by_role("list", name="Frames")).to_be_visible()


def enter(world: SampleWorld, window: Window, sign_in, who: SampleMember) -> Page:
    page = window()
    sign_in(page, who)
    open_storyboard(page, world)
    expect(page.locator(".excalidraw canvas").first).to_be_visible()
    return page


def stroke(page: Page, y: float) -> None:
    """Draw a line with the pen, at a share of the paper's height."""
    page.get_by_role("button", name="Pen").click()
    box = page.get_by_role("group", name="Drawing").bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + y * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + y * box["height"], steps=8)
    page.mouse.up()


def thumbnail(page: Page, frame: Frame) -> Locator:
    return page.locator(f"[data-film='{frame.pk}']")


def shapes(world: SampleWorld, frame: Frame) -> list[str]:
    """Return the types of the elements that the server has, in the order of their ids."""
    drawing_id = world.acme.read(Frame, frame.pk).drawing_id
    if drawing_id is None:
        return []
    stored = elements_of(world.acme, drawing_id).values()
    return sorted(row["type"] for row in stored if not row["isDeleted"])


def wait_until(page: Page, holds: Callable[[], bool]) -> None:
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(100)
    assert holds()


def test_a_stroke_survives_the_page(world: SampleWorld, window: Window, sign_in):
    frame, other = frame_add(world.acme), frame_add(world.acme, caption="Stays")
    page = enter(world, window, sign_in, world.alice)
    stroke(page, 0.3)
    wait_until(page, lambda: shapes(world, frame) == ["freedraw"])
    thumbnail(page, other).click()  # leaving a frame saves its picture
    wait_until(page, lambda: world.acme.read(Frame, frame.pk).picture_id is not None)
    expect(thumbnail(page, frame).locator("img[src*='/pictures/']")).to_be_visible()
    thumbnail(page, frame).click()
    page.reload()
    expect(page.locator(".excalidraw canvas").first).to_be_visible()
    stroke(page, 0.6)
    wait_until(page, lambda: shapes(world, frame) == ["freedraw", "freedraw"])


def test_what_was_drawn_offline_goes_up_from_the_next_page(
    world: SampleWorld, window: Window, sign_in
):
    frame = frame_add(world.acme)
    page = enter(world, window, sign_in, world.alice)
    page.context.set_offline(True)
    page.get_by_role("button", name="Pen").click()
    box = page.get_by_role("group", name="Drawing", exact=True).bounding_box()
    assert box
    for number in range(20):
        page.mouse.move(box["x"] + 100, box["y"] + 50 + 10 * number)
        page.mouse.down()
        page.mouse.move(box["x"] + 300, box["y"] + 50 + 10 * number)
        page.mouse.up()
    expect(page.locator(".sync-status")).to_contain_text("20")
    page.close()
    page.context.set_offline(False)
    again = page.context.new_page()
    open_storyboard(again, world)
    wait_until(again, lambda: shapes(world, frame) == ["freedraw"] * 20)


def test_an_earlier_version_of_a_frame_is_restored(world: SampleWorld, window: Window, sign_in):
    frame, alice = drawn_frame(world.acme), world.alice.actor
    draw(world.acme, frame.drawing_id, element("b", type="ellipse"))
    frame_picture_update(frame=frame, svg=SVG.format(n=2), drawn=2, actor=alice)
    page = enter(world, window, sign_in, world.alice)
    thumbnail(page, frame).click()
    page.get_by_text("Earlier versions").click()
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("The earlier version is restored.")).to_be_visible()
    assert shapes(world, frame) == ["rectangle"]


def test_two_people_draw_in_one_frame(world: SampleWorld, window: Window, sign_in):
    frame = frame_add(world.acme)
    drawing_id = frame_drawing_open(frame=frame, actor=world.alice.actor)
    draw(world.acme, drawing_id, element("first"))
    alice, dana = (enter(world, window, sign_in, who) for who in (world.alice, world.dana))
    expect(alice.locator(".sb-frame").get_by_text("Dana")).to_be_visible()
    stroke(alice, 0.3)
    stroke(dana, 0.6)
    wait_until(alice, lambda: shapes(world, frame) == ["freedraw", "freedraw", "rectangle"])
    alice.get_by_role("button", name="Select").click()

    def clear() -> bool:
        alice.locator(".excalidraw").focus()
        alice.keyboard.press("Control+a")
        alice.keyboard.press("Delete")
        return shapes(world, frame) == []

    wait_until(alice, clear)  # as soon as alice has what dana drew, it can be deleted


def test_the_keyboard_alone_makes_a_frame(world: SampleWorld, page: Page, sign_in):
    sign_in(page, world.alice)
    open_storyboard(page, world)
    expect(page.locator(".excalidraw canvas").first).to_be_visible()
    page.keyboard.press("n")  # adds a frame after the one that the journey has
    expect(page.get_by_role("heading", name="Frame 2")).to_be_visible()
    page.keyboard.press("F2")  # its caption
    page.keyboard.type("At the desk")
    page.keyboard.press("Enter")
    figure = page.locator(".sb-cast button").first
    expect(figure).to_be_enabled()
    figure.focus()
    page.keyboard.press("Enter")  # places the first figure, selected
    page.keyboard.press("ArrowRight")  # moves it
    strip = page.get_by_role("toolbar", name="Mood and pose of")
    page.keyboard.press("Tab")  # from the paper to the moods
    expect(strip.get_by_role("button", name="Let down")).to_be_focused()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(strip.get_by_role("button", name="Delighted")).to_have_attribute("aria-pressed", "true")
    wait_until(page, lambda: len(world.acme.all(Frame, caption="At the desk")) == 1)
    (frame,) = world.acme.all(Frame, caption="At the desk")

    def drawn() -> list[dict]:
        drawing_id = world.acme.read(Frame, frame.pk).drawing_id
        return list(elements_of(world.acme, drawing_id).values()) if drawing_id else []

    wait_until(page, lambda: [e["customData"]["figure"]["mood"] for e in drawn()] == [2])


def test_a_comment_is_put_at_a_place(world: SampleWorld, window: Window, sign_in):
    frame = frame_add(world.acme, caption="Desk")
    alice, bob = (enter(world, window, sign_in, who) for who in (world.alice, world.bob))
    for page in (alice, bob):
        thumbnail(page, frame).click()
    expect(bob.get_by_role("button", name="Pen")).to_have_count(0)  # bob may only comment
    bob.keyboard.press("c")
    new = bob.get_by_role("button", name="New comment")
    expect(new).to_be_focused()
    bob.keyboard.press("Shift+ArrowLeft")
    bob.keyboard.press("ArrowDown")
    bob.keyboard.press("Enter")
    bob.keyboard.type("The clock is wrong.")
    bob.keyboard.press("Escape")
    expect(new).to_have_count(0)
    bob.keyboard.press("c")
    bob.keyboard.press("Enter")
    expect(bob.get_by_label("Comment on this place")).to_have_value("The clock is wrong.")
    bob.locator(".sb-pin-target").click(position={"x": 100, "y": 50})  # elsewhere
    expect(bob.get_by_label("Comment on this place")).to_have_value("The clock is wrong.")
    bob.keyboard.press("Control+Enter")
    pin = alice.get_by_role("button", name="Comment 1 by bob: The clock is wrong.")
    pin.click()
    thread = alice.get_by_role("group", name="Comment 1")
    expect(thread).to_be_focused()
    thread.get_by_role("button", name="Resolve").click()
    expect(bob.get_by_role("button", name="(resolved)")).to_be_visible()
    (comment,) = world.acme.all(Comment)
    box = bob.locator(".sb-pin-target, .sb-pins").first.bounding_box()
    assert box and comment.x == pytest.approx(100 / box["width"], abs=0.01)


def test_a_figure_goes_behind_and_the_camera_comes_closer(world: SampleWorld, page: Page, sign_in):
    frame = frame_add(world.acme)
    sign_in(page, world.alice)
    open_storyboard(page, world)
    thumbnail(page, frame).click()

    def drawn() -> list[dict]:
        drawing_id = world.acme.read(Frame, frame.pk).drawing_id
        stored = elements_of(world.acme, drawing_id).values() if drawing_id else []
        return sorted(stored, key=lambda one: one["index"])

    def order() -> list[str]:
        return [next(iter(one["customData"])) for one in drawn()]

    expect(page.locator(".excalidraw canvas").first).to_be_visible()
    page.locator(".sb-props button").first.click()
    page.locator(".sb-cast button").first.click()
    wait_until(page, lambda: order() == ["prop", "figure"])
    page.get_by_role("button", name="Send to back").click()
    wait_until(page, lambda: order() == ["figure", "prop"])
    page.keyboard.press("]")
    wait_until(page, lambda: order() == ["prop", "figure"])
    width = drawn()[1]["width"]
    page.get_by_role("button", name="Close").click()
    wait_until(page, lambda: drawn()[1]["width"] == pytest.approx(width * 900 / 430, abs=0.1))


@pytest.mark.parametrize("size", SIZES)
def test_the_storyboard_is_accessible(world: SampleWorld, page: Page, sign_in, size: str):
    frame_add(world.acme)
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    sign_in(page, world.alice)
    open_storyboard(page, world)
    expect(page.locator(".excalidraw canvas").first).to_be_visible()
    page.locator(".sb-cast button").first.click()
    expect(page.get_by_role("toolbar", name="Mood and pose of")).to_be_visible()
    wrong = accessibility_violations(page)
    page.get_by_role("button", name="Contact sheet").click()
    wrong += accessibility_violations(page)
    page.get_by_role("button", name="Play story").click()
    wrong += accessibility_violations(page)
    assert not wrong, "\n".join(wrong)[:9000]
