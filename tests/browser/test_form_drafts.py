"""Text typed into a form is kept in the browser until the server has accepted it."""

from collections.abc import Callable

from django.urls import reverse
from playwright.sync_api import Page, expect

from journeys.models import Stage
from tests.support.factories import SampleMember, SampleWorld


def test_a_draft_is_restored_shown_discarded_and_forgotten(
    world: SampleWorld, page: Page, sign_in: Callable[[Page, SampleMember], None]
) -> None:
    stage = world.acme.stages["Buy"]
    sign_in(page, world.alice)
    page.goto(reverse("stage_edit", args=[stage]))
    summary, notice = page.get_by_label("Summary"), page.locator(".draft-notice")
    summary.fill("Half a thought")
    page.goto(reverse("journey", args=[world.acme.journey]))  # leave the page
    page.goto(reverse("stage_edit", args=[stage]))
    expect(summary).to_have_value("Half a thought")
    expect(notice).to_contain_text("Unsent changes from just now.")
    notice.get_by_role("button", name="Discard").click()
    expect(summary).to_have_value("")
    summary.fill("A whole one")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("Saved.")
    assert world.acme.read(Stage, stage).summary == "A whole one"
    page.goto(reverse("stage_edit", args=[stage]))
    expect(summary).to_have_value("A whole one")
    expect(notice).to_have_count(0)


def test_a_form_in_a_page_says_why_it_failed_and_keeps_its_text(
    world: SampleWorld, page: Page, sign_in: Callable[[Page, SampleMember], None]
) -> None:
    sign_in(page, world.alice)
    page.goto(reverse("journey", args=[world.acme.journey]))
    edit = reverse("stage_edit", args=[world.acme.stages["Buy"]])
    page.locator(f'a[href="{edit}"]').first.click()
    form = page.locator(".form-panel form").first
    form.get_by_label("Summary").fill("Typed while signed in")
    page.context.clear_cookies()
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_contain_text("Your text is still here.")
    expect(form.get_by_label("Summary")).to_have_value("Typed while signed in")
    sign_in(page, world.alice)  # as if in another tab
    form.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("Saved.")
