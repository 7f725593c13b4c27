"""The most common tasks, in Chromium."""

import re

import pytest
from playwright.sync_api import Page, expect

from changes.queries import find_undo
from changes.services import undo
from core.tenancy import tenant_scope
from journeys.models import Stage
from notifications.services import sync_notices
from ownership import audit
from ownership.services import directorship_propose
from tests.support.factories import PASSWORD, SampleWorld

pytestmark = pytest.mark.browser


def test_somebody_signs_in_with_the_keyboard_alone(world: SampleWorld, page: Page):
    page.goto("/")
    expect(page).to_have_url(page.url.split("?")[0] + "?next=/")
    page.keyboard.press("Tab")
    for _ in range(12):
        if page.evaluate("() => document.activeElement.name") == "login":
            break
        page.keyboard.press("Tab")
    page.keyboard.type(world.alice.user.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Journeys", level=1)).to_be_visible()


def test_an_editor_changes_a_touchpoint_in_place_and_takes_it_back(
    world: SampleWorld, page: Page, sign_in
):
    sign_in(page, world.alice)
    page.goto(f"/journeys/{world.acme.journey}/")
    page.get_by_role("link", name="Edit “Signs”").click()
    sheet = page.get_by_role("region", name="Edit “Signs”")
    sheet.get_by_label("Title").fill("Signs with a pen")
    sheet.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Signs with a pen").first).to_be_visible()
    expect(page).to_have_url(page.url.split("#")[0])
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Signs with a pen")).to_have_count(0)
    page.get_by_role("button", name="Redo").click()
    expect(page.get_by_text("Signs with a pen").first).to_be_visible()


def test_a_bad_value_is_refused_where_it_was_typed_and_nothing_is_lost(
    world: SampleWorld, page: Page, sign_in
):
    sign_in(page, world.alice)
    page.goto(f"/journeys/{world.acme.journey}/")
    page.get_by_role("link", name="Edit “Signs”").click()
    sheet = page.get_by_role("region", name="Edit “Signs”")
    sheet.get_by_label("Title").fill("\u200b")
    sheet.get_by_label("Notes").fill("long thoughts")
    sheet.get_by_role("button", name="Save").click()
    expect(page.get_by_text("no visible characters").first).to_be_visible()
    expect(page.get_by_label("Notes").first).to_have_value("long thoughts")


def test_a_proposal_waits_in_the_inbox_and_is_accepted(world: SampleWorld, page: Page, sign_in):
    audit.run_audit(world.acme.id)  # flags the stage as vacant
    stage = world.acme.read(Stage, world.acme.stages["Buy"])
    directorship_propose(
        stage=stage,
        person=world.frank.person,
        decision_rights="May change the form.",
        actor=world.dana.actor,
    )
    sync_notices(world.acme.id)
    sign_in(page, world.frank)
    page.goto(f"/w/{world.acme.workspace.slug}/inbox/")
    expect(page.get_by_text("May change the form.")).to_be_visible()
    inbox = page.get_by_role("navigation").get_by_role("link", name="Inbox")
    expect(inbox).to_contain_text("1 waiting")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("button", name="Accept")).to_have_count(0)
    expect(inbox).to_have_text("Inbox")
    expect(page.get_by_text("Vacant")).to_have_count(0)
    page.goto(f"/journeys/{world.acme.journey}/")
    expect(page.locator(f"#stage-{stage.pk} .bracket-own")).to_contain_text("Frank")


def test_a_flag_appears_and_is_dismissed_with_a_reason(world: SampleWorld, page: Page, sign_in):
    audit.run_audit(world.acme.id)
    sign_in(page, world.erin)
    page.goto(f"/w/{world.acme.workspace.slug}/ownership/?rule=OWN-12")
    flags = page.get_by_role("listitem").filter(has_text="OWN-12")
    expect(flags).to_have_count(1)
    flags.get_by_role("link", name="Dismiss").click()
    page.get_by_label("Reason").fill("Named next week")
    page.get_by_role("button", name="Dismiss").click()
    expect(flags).to_have_count(0)


def test_a_member_removed_while_signed_in_is_out_at_once(world: SampleWorld, page: Page, sign_in):
    from workspaces.services import member_remove

    sign_in(page, world.bob)
    page.goto(f"/journeys/{world.acme.journey}/")
    expect(page.get_by_role("heading", name="A contract")).to_be_visible()
    member_remove(member=world.bob.member, actor=world.dana.actor)
    page.reload()
    expect(page.get_by_role("heading", name="A contract")).to_have_count(0)


def test_who_answers_is_in_sight_on_the_map_whatever_its_height(
    world: SampleWorld, page: Page, sign_in
):
    sign_in(page, world.alice)
    for width, height in ((1440, 900), (1440, 420), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"/journeys/{world.acme.journey}/map/")
        expect(page.locator(".map-owners").get_by_role("rowheader")).to_be_in_viewport(ratio=0.9)


def test_an_undo_on_the_map_stays_there_and_says_why_it_cannot(
    world: SampleWorld, page: Page, sign_in
):
    op = {"op": "add", "type": "stage", "fields": {"title": "Leave"}}
    world.acme.edit(op, actor=world.alice.actor)
    sign_in(page, world.alice)
    page.goto(f"/journeys/{world.acme.journey}/map/")
    with tenant_scope([world.acme.id]):
        gesture = find_undo(world.acme.journey, world.alice.actor)
    undo(gesture, actor=world.dana.actor)  # undone meanwhile by someone else
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("it was already undone")).to_be_visible()
    expect(page).to_have_url(re.compile("/map/$"))
    expect(page.get_by_role("columnheader", name="Leave")).to_have_count(0)
