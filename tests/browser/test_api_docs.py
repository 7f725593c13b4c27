"""The page that describes the API, under the policy that forbids inline script and style."""

import pytest
from playwright.sync_api import Page, expect

from tests.world import World

pytestmark = pytest.mark.browser


def test_the_description_is_drawn_and_an_operation_opens(world: World, page: Page) -> None:
    page.goto("/api/docs/")
    expect(page.get_by_role("heading", name="cxmap")).to_be_visible(timeout=20_000)
    page.get_by_text("/stages/{id}/ownership").first.click()
    expect(page.get_by_text("Who answers for a stage now").first).to_be_visible()
