"""Templates, built-in and of a workspace, and journeys created from them."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.ids import uuid7
from journey_templates.builtin import builtin_templates
from journey_templates.services import journey_create_from_template
from journeys.models import Journey, Lane, Note, Step
from ownership import audit
from ownership.models import Flag
from people.models import Department
from tests.support.api_client import ApiClient
from tests.support.factories import SampleWorld
from touchpoints.models import Channel, Promise, Touchpoint

KEYS = list(builtin_templates())


def test_there_are_six():
    assert sorted(KEYS) == [
        "first-90-days",
        "hospital-visit",
        "hotel-stay",
        "public-service",
        "retail-purchase",
        "saas-onboarding",
    ]


@pytest.mark.parametrize("key", KEYS)
def test_a_starter_is_a_whole_story(key: str):
    template = builtin_templates()[key]
    steps = [step for stage in template["stages"] for step in stage["steps"]]
    cards = [card for step in steps for card in step["touchpoints"]]
    feelings = {card["emotion"] for card in cards}
    assert 5 <= len(template["stages"]) <= 7
    assert 12 <= len(steps) <= 22
    assert 15 <= len(cards) <= 30
    assert {-2, 2} <= feelings
    assert len(template["promises"]) >= 3
    assert any(step.get("pains") for step in steps) and any(step.get("ideas") for step in steps)
    assert sum(len(step.get("measures", [])) for step in steps) >= 3
    icons = set(json.loads((settings.ROOT / "frontend" / "icons.json").read_text()))
    assert {entry["glyph"] for entry in template["departments"] + template["channels"]} <= icons
    assert {card["lane"] for card in cards} <= {*template["lanes"], "customer", "unassigned"}
    assert {card["channel"] for card in cards if "channel" in card} == {
        channel["name"] for channel in template["channels"]
    }


@pytest.mark.parametrize("key", KEYS)
def test_an_admin_begins_from_it_with_its_departments(key: str, world: SampleWorld) -> None:
    template = builtin_templates()[key]
    journey = journey_create_from_template(template=key, title="Ours", actor=world.dana.actor)
    assert (journey.title, journey.kind, journey.status) == ("Ours", template["kind"], "draft")
    lanes = world.acme.all(Lane, stream=journey.pk)
    assert len([lane for lane in lanes if lane.kind == "department"]) == len(template["lanes"])
    cards = world.acme.all(Touchpoint, stream=journey.pk)
    steps = [step for stage in template["stages"] for step in stage["steps"]]
    assert len(cards) == sum(len(step["touchpoints"]) for step in steps)
    assert len(world.acme.all(Step, stream=journey.pk)) == len(steps)
    assert len(world.acme.all(Promise, stream=journey.pk)) == len(template["promises"])
    assert len(world.acme.all(Note, stream=journey.pk)) > 3


def test_an_editor_makes_no_department_and_uses_those_that_are_there(world: SampleWorld) -> None:
    world.acme.direct({"op": "add", "type": "department", "fields": {"name": "front DESK"}})
    before = len(world.acme.all(Department))
    journey = journey_create_from_template(
        template="hotel-stay", title="Ours", actor=world.alice.actor
    )
    assert len(world.acme.all(Department)) == before
    lanes = {lane.pk: lane for lane in world.acme.all(Lane, stream=journey.pk)}
    departments = [lane.department_id for lane in lanes.values() if lane.department_id]
    assert len(departments) == 1
    cards = world.acme.all(Touchpoint, stream=journey.pk)
    kinds = {card.title: lanes[card.lane_id].kind for card in cards}
    assert kinds["Is greeted by name and walked to the lift"] == "department"
    assert kinds["Deliveries under the window at five"] == "unassigned"
    assert "Booking site" in {channel.name for channel in world.acme.all(Channel)}


def test_a_second_one_finds_what_the_first_one_made(world: SampleWorld) -> None:
    for title in ("One", "Two"):
        journey_create_from_template(template="hotel-stay", title=title, actor=world.dana.actor)
    names = [department.name for department in world.acme.all(Department)]
    assert len(names) == len(set(names)) and "Housekeeping" in names


class TestApi:
    def test_the_list_has_the_built_in_ones_and_ones_own(
        self, world: SampleWorld, acme: ApiClient, twin: ApiClient
    ) -> None:
        body = {"title": "House style", "as": "template"}
        mine = acme.post(f"journeys/{world.acme.journey}/duplicate", body).json()["id"]
        found = acme.get("journey-templates").json()
        assert (found["next"], found["previous"]) == (None, None)
        assert [result["template"] for result in found["results"]] == [*KEYS, mine]
        own = found["results"][-1]
        assert own["stages"] == ["Choose", "Buy", "Use"]
        assert (own["steps"], own["touchpoints"], own["workspace"]) == (5, 8, str(world.acme.id))
        assert len(own["emotions"]) == 5
        assert [
            result["template"] for result in twin.get("journey-templates").json()["results"]
        ] == KEYS
        assert acme.get(f"journey-templates?workspace={world.twin.id}").status_code == 404

    def test_its_queries_do_not_grow(self, world: SampleWorld, acme: ApiClient) -> None:
        counts = []
        for _ in range(2):
            body = {"title": "T", "as": "template"}
            acme.post(f"journeys/{world.acme.journey}/duplicate", body)
            with CaptureQueriesContext(connection) as queries:
                assert acme.get("journey-templates").status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def begin(self, acme: ApiClient, **body: Any) -> Any:
        return acme.post("journeys", {"title": "Begun", **body})

    def test_a_journey_begins_from_a_built_in_one(
        self, world: SampleWorld, acme: ApiClient
    ) -> None:
        chosen = str(uuid7())
        made = self.begin(acme, template="hotel-stay", id=chosen, persona=str(world.acme.persona))
        assert made.status_code == 201, made.content
        body = made.json()
        assert (body["id"], body["title"], body["is_template"]) == (chosen, "Begun", False)
        assert body["persona"] == str(world.acme.persona)
        assert body["summary"] == builtin_templates()["hotel-stay"]["summary"]
        assert len(acme.get(f"stages?journey={chosen}").json()["results"]) == 6

    def test_a_journey_begins_from_ones_own(self, world: SampleWorld, acme: ApiClient) -> None:
        body = {"title": "House style", "as": "template"}
        mine = acme.post(f"journeys/{world.acme.journey}/duplicate", body).json()["id"]
        made = self.begin(acme, template=mine, kind="employee").json()
        assert (made["title"], made["kind"], made["is_template"]) == ("Begun", "employee", False)
        assert len(acme.get(f"touchpoints?journey={made['id']}").json()["results"]) == 8
        sent = {"template": "hotel-stay", "title": "Begun"}
        again = [acme.post("journeys", sent, Idempotency_Key="begin-1234") for _ in range(2)]
        assert again[0].json() == again[1].json()

    def test_what_is_no_template_is_refused(
        self, world: SampleWorld, acme: ApiClient, twin: ApiClient
    ) -> None:
        body = {"title": "House style", "as": "template"}
        theirs = twin.post(f"journeys/{world.twin.journey}/duplicate", body).json()["id"]
        before = len(world.acme.all(Journey))
        for named in ("nothing", "", str(uuid7()), theirs, str(world.acme.journey), "../x", 5):
            answer = self.begin(acme, template=named)
            assert answer.status_code == 400, named
            assert answer.json()["errors"][0]["pointer"] == "/template"
        both = self.begin(acme, template="hotel-stay", first_stage="Begin")
        assert both.json()["errors"][0]["pointer"] == "/first_stage"
        assert len(world.acme.all(Journey)) == before


def test_the_audit_asks_nothing_of_a_template(world: SampleWorld, acme: ApiClient) -> None:
    body = {"title": "House style", "as": "template"}
    mine = acme.post(f"journeys/{world.acme.journey}/duplicate", body).json()["id"]
    audit.run_audit(world.acme.id)
    flagged = {str(flag.stream_id) for flag in world.acme.all(Flag)}
    assert str(world.acme.journey) in flagged and mine not in flagged
