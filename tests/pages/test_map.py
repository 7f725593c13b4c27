import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from journeys.models import Lane
from ownership.models import Appointment, Claim, Deputy, Directorship
from people.models import Placement
from tests.support.api_client import ApiClient
from tests.support.comments import say
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in
from tests.support.people import fill_directory
from tests.support.sample_pages import create_ownership_states
from workspaces.models import Member, User


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


class TestDirectory:
    """The map carries what the journey names of the directory, not all of it."""

    def boot(self, world: SampleWorld) -> dict[str, Any]:
        client = signed_in(world.dana)
        return client.get(f"/journeys/{world.acme.journey}/map/").context["boot"]

    def test_size_and_queries_do_not_grow_with_it(self, world: SampleWorld, alice: Client):
        url = f"/journeys/{world.acme.journey}/map/"

        def measure() -> tuple[int, int]:
            with CaptureQueriesContext(connection) as captured:
                size = len(alice.get(url).content)
            return size, len(captured)

        measure()  # a client's first request also checks for pending migrations
        before = measure()
        fill_directory(world.acme, 60)
        users = User.objects.bulk_create(
            User(email=f"m{n}-{world.acme.id}@x.test") for n in range(60)
        )
        Member.objects.bulk_create(
            Member(workspace=world.acme.workspace, user=one) for one in users
        )
        assert measure() == before

    def test_it_has_everyone_the_journey_names_and_oneself(self, world: SampleWorld):
        create_ownership_states(world)
        fill_directory(world.acme)
        directory = self.boot(world)["directory"]
        answer = ApiClient(user=world.dana.user).get(f"journeys/{world.acme.journey}/directory")
        assert answer.json() == directory
        persons = {str(row.person_id) for row in self.holders(world)} | {str(world.dana.person_id)}
        named = {
            "person": persons,
            "department": {
                str(row.department_id) for row in world.acme.all(Lane, kind="department")
            }
            | {str(row.department_id) for row in world.acme.all(Claim)}
            | {str(row.department_id) for row in world.acme.all(Placement, person__in=persons)},
        }
        found = {
            kind: {record["id"] for record in directory["records"] if record["type"] == kind}
            for kind in named
        }
        assert found == named

    def holders(self, world: SampleWorld) -> list[Any]:
        models = (Directorship, Deputy, Claim, Appointment)
        return [row for model in models for row in world.acme.all(model)]

    def test_members_are_those_who_commented_or_are_named(self, world: SampleWorld):
        say(world, "alice", body="Ask @bob", mentions=[world.bob.member.pk])
        names = {member["name"] for member in self.boot(world)["members"]}
        assert names == {"alice", "bob", "dana"}
