import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support.factories import SampleWorld


@pytest.fixture
def alice(world: SampleWorld) -> Client:
    client = Client()
    client.force_login(world.alice.user)
    return client


@pytest.mark.parametrize("view", ["map", "print"])
class TestBoth:
    def url(self, world: SampleWorld, view: str) -> str:
        return f"/journeys/{world.acme.journey}/{view}/"

    def test_everything_is_named(self, world: SampleWorld, alice: Client, view: str):
        page = alice.get(self.url(world, view)).content.decode()
        names = [*world.acme.stages, *world.acme.steps, *world.acme.touchpoints]
        assert [name for name in names if name not in page] == []
        assert "Live in a day" in page

    def test_no_inline_style(self, world: SampleWorld, alice: Client, view: str):
        page = alice.get(self.url(world, view)).content.decode()
        assert not re.search(r"\sstyle=|<style|<script(?![^>]*(src|application/json))", page)

    def test_the_twins_journey_is_not_there(self, world: SampleWorld, alice: Client, view: str):
        assert alice.get(f"/journeys/{world.twin.journey}/{view}/").status_code == 404

    def test_a_stranger_is_sent_to_sign_in(self, world: SampleWorld, view: str):
        answer = Client().get(self.url(world, view))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")

    def test_queries_do_not_grow_with_touchpoints(
        self, world: SampleWorld, alice: Client, view: str
    ):
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert alice.get(self.url(world, view)).status_code == 200
            return len(captured)

        queries()  # a client's first request also checks for pending migrations
        few = queries()
        place = {"step": str(world.acme.steps["Asks"]), "lane": str(world.acme.lanes["Retail"])}
        world.acme.edit(
            *[
                {"op": "add", "type": "touchpoint", "fields": {"title": f"T{n}"}, "place": place}
                for n in range(150)
            ]
        )
        assert queries() == few


def test_an_empty_journey_says_how_to_begin(world: SampleWorld, alice: Client):
    for stage in world.acme.stages.values():
        world.acme.edit({"op": "remove", "type": "stage", "id": str(stage)})
    page = alice.get(f"/journeys/{world.acme.journey}/map/").content.decode()
    assert "Nothing to draw yet" in page


def test_a_stage_without_steps_keeps_its_column(world: SampleWorld, alice: Client):
    world.acme.edit({"op": "add", "type": "stage", "fields": {"title": "Bare"}})
    page = alice.get(f"/journeys/{world.acme.journey}/map/").content.decode()
    assert "Bare" in page
    assert "No step yet" in page
