"""Opening a map: no layout shift, shortcuts work at once, and F6 cycles through visible regions."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.ids import uuid7
from tests.support.chromium import SIZES, at_size
from tests.support.editor_driver import open_map, press
from tests.support.factories import SampleWorld

pytestmark = pytest.mark.browser

SHIFTS = """
globalThis.shift = 0
new PerformanceObserver((list) => list.getEntries().forEach((entry) => (shift += entry.value)))
  .observe({ type: 'layout-shift', buffered: true })"""
# The boxes of the frame, its rows, their heads and cards, rendered by the server or by React.
BOXES = """() => Object.fromEntries(
  Object.entries({
    rail: '.sidebar', frame: '#map',
    stages: '.map-stages', steps: '.map-steps', scenes: '.map-scenes',
    lane: '.map-lane', head: '.map-lane b', card: '.touch', feels: '.map-emotions',
    notes: '.map-notes', measures: '.map-measures', answers: '.map-owners',
  }).map(([name, selector]) => {
    const found = document.querySelector(selector)
    const element = name === 'frame' ? found.closest('[data-frame]') ?? found : found
    const { x, y, width, height } = element.getBoundingClientRect()
    return [name, [x, y, width, height].map(Math.round)]
  }))"""
REGIONS = [".editor-tools", "[data-frame]", ".editor-foot", ".editor-top"]
HERE = "(regions) => regions.findIndex((one) => document.activeElement.closest(one) !== null)"
SCRIPT = re.compile(r"/assets/map-.*\.js$")


@pytest.mark.parametrize("size", SIZES)
def test_the_served_map_stands_where_the_editor_does(
    world: SampleWorld, window: Callable[..., Page], sign_in, size: str
):
    page = at_size(window, size)
    sign_in(page, world.alice)
    page.route(SCRIPT, lambda route: route.abort())
    page.goto(f"/journeys/{world.acme.journey}/map/")
    expect(page.locator(".map-owners")).to_be_visible()
    served = page.evaluate(BOXES)
    page.unroute(SCRIPT)
    page.add_init_script(SHIFTS)
    open_map(page, world.acme.journey)
    expect(page.locator(".map-owners")).to_be_visible()
    assert page.evaluate(BOXES) == served
    assert page.evaluate("shift") < 0.1  # the threshold of a good layout shift score


def test_keys_of_the_map_work_as_soon_as_it_is_open(world: SampleWorld, page: Page, sign_in):
    sign_in(page, world.alice)
    for key, editor in (("g", "New stage"), ("t", "New touchpoint")):
        open_map(page, world.acme.journey)
        expect(page.locator("[data-grid]")).to_be_focused()
        press(page, key)
        expect(page.get_by_role("textbox", name=editor)).to_be_focused()
        press(page, "Escape")
    open_map(page, world.acme.journey)
    press(page, "Control+End")
    expect(page.get_by_role("button", name=re.compile("^Director of Use"))).to_be_focused()
    page.get_by_role("link", name="Skip to the map").focus()
    press(page, "Enter", "g")
    expect(page.get_by_role("textbox", name="New stage")).to_be_focused()


@pytest.mark.parametrize("size", SIZES)
def test_f6_goes_round_the_parts_that_can_be_seen(
    world: SampleWorld, window: Callable[..., Page], sign_in, size: str
):
    page = at_size(window, size)
    sign_in(page, world.alice)
    open_map(page, world.acme.journey)
    page.locator(".editor-top a:visible, .editor-top button:visible").first.focus()
    for key, turns in (("F6", [0, 1, 2, 3]), ("Shift+F6", [2, 1, 0, 3])):
        for at in turns:
            press(page, key)
            assert page.evaluate(HERE, REGIONS) == at


def test_all_of_a_wide_map_is_printed(world: SampleWorld, page: Page, sign_in):
    acme = world.acme
    names = [f"Stage {number}" for number in range(10)]
    for name in names:
        acme.edit(*stage_ops(acme, name))
    sign_in(page, world.alice)
    open_map(page, acme.journey)
    pages = len(re.findall(rb"/Type /Page\b", page.pdf(prefer_css_page_size=True)))
    expect(page.locator(".print-pages")).to_have_count(0)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    sheets = page.locator(".print-sheet")
    assert sheets.count() == pages > 2
    titles = page.evaluate(PRINTED)
    assert sorted(titles) == sorted(set(titles))
    assert {f"{name}, step {step}" for name in names for step in range(3)} < set(titles)


# The steps whose heads lie completely within their printed page.
PRINTED = """() => [...document.querySelectorAll('.print-window')].flatMap((sheet) => {
  const { left, right } = sheet.getBoundingClientRect()
  const rows = sheet.querySelector('.map-steps .map-head').getBoundingClientRect().right
  return [...sheet.querySelectorAll('.step-name')].flatMap((step) => {
    const box = step.getBoundingClientRect()
    return box.left >= rows - 1 && box.right <= right + 1 ? [step.textContent] : []
  })
})"""


def stage_ops(acme: Any, name: str) -> list[dict[str, Any]]:
    stage = str(uuid7())
    steps = [
        {
            "op": "add",
            "type": "step",
            "id": str(uuid7()),
            "place": {"stage": stage},
            "fields": {"title": f"{name}, step {number}"},
        }
        for number in range(3)
    ]
    return [{"op": "add", "type": "stage", "id": stage, "fields": {"title": name}}, *steps]
