"""The API docs, under a Content Security Policy without inline scripts and styles."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.factories import SampleWorld

pytestmark = pytest.mark.browser


def test_it_says_as_whom_one_tries_and_leads_back(world: SampleWorld, page: Page, sign_in) -> None:
    page.goto("/api/docs/")
    expect(page.get_by_text("Click Authorize and paste a token")).to_be_visible()
    sign_in(page, world.alice)
    page.reload()
    expect(page.get_by_text("Requests that also carry a token are rejected")).to_be_visible()
    page.get_by_role("link", name="Back to your journeys").click()
    expect(page.get_by_role("heading", name="Journeys", level=1)).to_be_visible()


def test_it_is_dark_where_the_reader_is(world: SampleWorld, page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto("/api/docs/")
    expect(page.locator("html.dark-mode")).to_be_attached()


def test_the_description_is_drawn_and_an_operation_opens(world: SampleWorld, page: Page) -> None:
    page.goto("/api/docs/")
    expect(page.get_by_role("heading", name="cxmap")).to_be_visible(timeout=20_000)
    # One of the first operations: Swagger UI renders those further down only when scrolled to.
    page.get_by_text("/api/v1/absences", exact=True).nth(1).click()
    expect(page.locator(".opblock.is-open .opblock-description").first).to_be_visible()
