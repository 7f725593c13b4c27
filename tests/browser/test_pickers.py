"""Persons, departments and members are searched while the user types, with the keyboard only."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from comments.models import Comment
from ownership.models import Directorship
from people.models import Person
from tests.support.editor_driver import open_map, press, tab_to
from tests.support.factories import SampleMember, SampleWorld
from tests.support.people import add_persons, fill_directory

pytestmark = pytest.mark.browser
SignIn = Callable[[Page, SampleMember], None]


@pytest.fixture
def large_directory(world: SampleWorld) -> SampleWorld:
    fill_directory(world.acme)
    add_persons(world.acme, "Ana Lindqvist", job_title="Head of care")
    add_persons(world.acme, "Ana Berg", job_title="Clerk")
    add_persons(world.twin, "Ana Elsewhere")
    return world


def director(world: SampleWorld) -> list[str]:
    rows = world.acme.all(Directorship, stage=world.acme.stages["Buy"])
    return [world.acme.read(Person, row.person_id).name for row in rows]


def test_a_form_is_filled_in_by_keyboard(
    large_directory: SampleWorld, page: Page, sign_in: SignIn
) -> None:
    sign_in(page, large_directory.dana)
    page.goto(reverse("propose", args=[large_directory.acme.stages["Buy"]]))
    field = page.get_by_role("combobox", name="Person")
    option = page.get_by_role("listbox").get_by_role("option")
    tab_to(page, "Person")
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("ana")
    expect(option).to_have_text(["Ana Berg Clerk", "Ana Lindqvist Head of care"])
    expect(field).to_have_attribute("aria-expanded", "true")
    press(page, "ArrowDown")
    expect(option.and_(page.get_by_role("option", selected=True))).to_have_text(
        "Ana Lindqvist Head of care"
    )
    press(page, "Escape")
    expect(option).to_have_count(0)
    expect(field).to_have_value("ana")
    press(page, "ArrowDown")
    expect(option).to_have_count(2)
    press(page, "ArrowUp", "Enter")
    expect(field).to_have_value("Ana Lindqvist")
    expect(option).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Your proposal")
    assert director(large_directory) == ["Ana Lindqvist"]


def test_a_form_works_without_scripts(
    large_directory: SampleWorld, window: Callable[..., Page], sign_in: SignIn
) -> None:
    page = window(java_script_enabled=False)
    sign_in(page, large_directory.dana)
    page.goto(reverse("propose", args=[large_directory.acme.stages["Buy"]]))
    page.get_by_label("Person").fill("ana")
    page.get_by_label("May decide").fill("Prices")
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_label("Person")).to_have_value("ana")
    expect(page.get_by_label("May decide")).to_have_value("Prices")
    page.get_by_label("Matches").select_option("Ana Berg (Clerk)")
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_role("heading", name="Buy").first).to_be_visible()
    assert director(large_directory) == ["Ana Berg"]


def test_the_palette_finds_persons(
    large_directory: SampleWorld, page: Page, sign_in: SignIn
) -> None:
    sign_in(page, large_directory.bob)
    open_map(page, large_directory.acme.journey)
    press(page, "Control+k")
    page.keyboard.type("lindq")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ana Lindqvist")).to_be_visible()


def test_a_mention_is_completed(world: SampleWorld, page: Page, sign_in: SignIn) -> None:
    sign_in(page, world.alice)
    open_map(page, world.acme.journey)
    press(page, "c")
    box = page.get_by_label("Comment on the journey")
    expect(box).to_be_focused()
    page.keyboard.type("Ask @da")
    expect(page.get_by_role("option", name="dana")).to_be_visible()
    press(page, "Enter")
    expect(box).to_have_value("Ask @dana ")
    page.keyboard.type("about it")
    press(page, "Control+Enter")
    expect(page.locator(".comment-entry .mention")).to_have_text("@dana")
    (comment,) = world.acme.all(Comment, body="Ask @dana about it")
    assert comment.mentions == [str(world.dana.member.pk)]


def test_a_new_director_appears_on_other_maps(
    large_directory: SampleWorld, page: Page, window: Callable[..., Page], sign_in: SignIn
) -> None:
    """Another window, whose page did not bring the person, fetches who is proposed."""
    other = window()
    for each, member in ((page, large_directory.dana), (other, large_directory.alice)):
        sign_in(each, member)
        open_map(each, large_directory.acme.journey)
    page.get_by_role("button", name="Director of Buy").click()
    page.get_by_label("Director to propose").fill("berg")
    page.get_by_role("option", name="Ana Berg").click()
    page.get_by_role("button", name="Propose as director").click()
    for each in (page, other):
        expect(each.get_by_text("Ana Berg").first).to_be_visible()
