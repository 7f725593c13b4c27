"""Hostile pictures in Chromium: neither in a page nor opened by themselves do they act or load."""

import pytest
from playwright.sync_api import Page

from core.errors import InvalidRequest
from storyboards.models import Frame
from storyboards.services import frame_drawing_open, frame_picture_update
from tests.support.factories import SampleWorld
from tests.support.hostile_pictures import HOSTILE, REFUSED
from tests.support.storyboards import draw, element, frame_add

pytestmark = pytest.mark.browser


def test_no_hostile_picture_acts_or_loads(world: SampleWorld, page: Page, sign_in, server):
    place = world.acme
    frame = frame_add(place)
    drawing = frame_drawing_open(frame=frame, actor=world.alice.actor)
    sources = {**{name: source for name, (source, _) in HOSTILE.items()}, **REFUSED}
    addresses = []
    for version, source in enumerate(sources.values(), 1):
        draw(place, drawing, element("a", version))
        try:
            stored = frame_picture_update(
                frame=place.read(Frame, frame.pk),
                svg=source,
                drawn=version,
                actor=world.alice.actor,
            )
        except InvalidRequest:
            continue
        addresses.append(f"/w/{place.workspace.slug}/pictures/{stored.picture_name}")
    assert len(addresses) == len(HOSTILE)
    sign_in(page, world.alice)
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("dialog", lambda dialog: requested.append("dialog"))
    with page.expect_response(f"**/drawings/{drawing}/elements"):  # the editor's last request
        page.goto(f"{server}/w/{place.workspace.slug}/journeys/{place.journey}/storyboard/")
    page.wait_for_load_state("networkidle")
    requested.clear()
    sizes = page.evaluate(
        """async (addresses) => {
          const images = addresses.map((src) => Object.assign(new Image(), { src }))
          document.body.append(...images)
          await Promise.all(images.map((image) => image.decode().catch(() => null)))
          return images.map((image) => image.complete && image.naturalWidth > 0)
        }""",
        addresses,
    )
    assert all(sizes)
    for address in addresses:
        page.goto(server + address)
        assert page.title() != "tripped"
    assert {url.removeprefix(server) for url in requested} == set(addresses)
