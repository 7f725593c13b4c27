"""Duplicating a journey as a copy, a future state or a template."""

from typing import Any

import pytest

from changes.models import Change, ChangeSet, record_types
from core.tenancy import tenant_scope
from journeys.models import Journey, Measure, Step
from ownership.models import Directorship
from ownership.services import directorship_propose
from tests.support.api_client import ApiClient, personal_client, service_client
from tests.support.factories import SampleWorld
from touchpoints.models import Touchpoint
from workspaces.access import system_actor

KEYS = {"step", "stage", "lane", "made_in", "tested_in", "journey"}


def duplicate(acme: ApiClient, journey: Any, kind: str = "copy", **headers: str) -> Any:
    body = {"title": "Once more", "as": kind}
    return acme.post(f"journeys/{journey}/duplicate", body, **headers)


def map_of(acme: ApiClient, journey: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return a journey's snapshot without ids, in an order that does not depend on them."""
    records = acme.get(f"journeys/{journey}/snapshot").json()["records"]
    without_ids = [
        (record["type"], {k: v for k, v in record["fields"].items() if k not in KEYS})
        for record in records
    ]
    return sorted(without_ids, key=repr)


def names_by_place(world: SampleWorld, journey: Any) -> list[tuple[str, str, str, str]]:
    with tenant_scope([world.acme.id]):
        rows = Touchpoint.objects.filter(stream=journey).select_related("step__stage", "lane")
        return sorted(
            (row.step.stage.title, row.step.title, row.lane.kind, row.title) for row in rows
        )


def test_a_copy_says_the_same_under_ids_of_its_own(world: SampleWorld, acme: ApiClient) -> None:
    answer = duplicate(acme, world.acme.journey)
    assert answer.status_code == 201, answer.content
    copy = answer.json()
    assert (copy["title"], copy["status"], copy["is_template"]) == ("Once more", "draft", False)
    synced = {"source", "external_id"}
    ours, theirs = (
        [
            (kind, {k: v for k, v in fields.items() if k not in synced | {"title", "status"}})
            for kind, fields in map_of(acme, journey)
        ]
        for journey in (world.acme.journey, copy["id"])
    )
    assert theirs == ours
    assert names_by_place(world, copy["id"]) == names_by_place(world, world.acme.journey)
    both = [
        {record["id"] for record in acme.get(f"journeys/{journey}/snapshot").json()["records"]}
        for journey in (world.acme.journey, copy["id"])
    ]
    assert both[0] & both[1] == set()


def test_it_is_one_change_set_and_leaves_the_original_as_it_was(
    world: SampleWorld, acme: ApiClient
) -> None:
    before = acme.get(f"journeys/{world.acme.journey}/snapshot").json()
    copy = duplicate(acme, world.acme.journey).json()["id"]
    assert acme.get(f"journeys/{world.acme.journey}/snapshot").json() == before
    with tenant_scope([world.acme.id]):
        sets = list(ChangeSet.objects.filter(stream=copy))
        assert [change_set.action for change_set in sets] == ["journey.copy"]
        assert not sets[0].undoable
        assert Change.objects.filter(set_id=sets[0].id).count() == len(before["records"])


def test_who_answers_and_what_others_know_it_by_stay_behind(
    world: SampleWorld, acme: ApiClient
) -> None:
    stage = world.acme.stages["Buy"]
    from journeys.models import Stage

    directorship_propose(
        stage=world.acme.read(Stage, stage),
        person=world.frank.person,
        actor=system_actor(world.acme.id),
    )
    copy = duplicate(acme, world.acme.journey).json()["id"]
    assert world.acme.all(Directorship, stream=copy) == []
    assert {touchpoint.external_id for touchpoint in world.acme.all(Touchpoint, stream=copy)} == {
        ""
    }
    left = {slug for slug, model in record_types().items() if not (model.op_fields or model.place)}
    assert "directorship" in left and "flag" in left


def test_a_future_is_paired_with_its_original(world: SampleWorld, acme: ApiClient) -> None:
    future = duplicate(acme, world.acme.journey, "future").json()
    assert (future["state"], future["pair_of"]) == ("future", str(world.acme.journey))
    again = duplicate(acme, future["id"], "future")
    assert (again.status_code, again.json()["code"]) == (409, "already-future")
    copied = duplicate(acme, future["id"]).json()
    assert copied["pair_of"] == str(world.acme.journey)


def test_a_template_is_nobodys_journey(world: SampleWorld, acme: ApiClient) -> None:
    future = duplicate(acme, world.acme.journey, "future").json()["id"]
    made = duplicate(acme, future, "template").json()
    assert (made["is_template"], made["pair_of"]) == (True, None)
    listed = acme.get("journeys?is_template=true").json()["results"]
    assert [row["id"] for row in listed] == [made["id"]]


def test_a_step_that_opens_a_journey_opens_it_in_the_copy_too(
    world: SampleWorld, acme: ApiClient
) -> None:
    inner = acme.post("journeys", {"title": "Inner"}).json()["id"]
    acme.patch(f"steps/{world.acme.steps['Asks']}", {"opens": inner})
    copy = duplicate(acme, world.acme.journey).json()["id"]
    opened = [str(step.opens_id) for step in world.acme.all(Step, stream=copy) if step.opens_id]
    assert opened == [inner]


def test_sent_again_it_is_answered_again_and_done_once(world: SampleWorld, acme: ApiClient) -> None:
    first = duplicate(acme, world.acme.journey, Idempotency_Key="the-copy-1")
    again = duplicate(acme, world.acme.journey, Idempotency_Key="the-copy-1")
    assert again.json() == first.json() and again["Idempotency-Replayed"] == "true"
    assert len(world.acme.all(Journey, title="Once more")) == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"as": "copy"}, "/title"),
        ({"title": "", "as": "copy"}, "/title"),
        ({"title": 5, "as": "copy"}, "/title"),
        ({"title": "T"}, "/as"),
        ({"title": "T", "as": ["copy"]}, "/as"),
        ({"title": "T", "as": "backup"}, "/as"),
        ({"title": "T", "as": "copy", "kind": "user"}, "/kind"),
    ],
)
def test_what_is_no_copy_is_refused(
    body: dict[str, Any], pointer: str, world: SampleWorld, acme: ApiClient
) -> None:
    before = len(world.acme.all(Journey))
    answer = acme.post(f"journeys/{world.acme.journey}/duplicate", body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert len(world.acme.all(Journey)) == before


def test_a_program_needs_the_scopes_of_all_that_it_copies(world: SampleWorld) -> None:
    narrow = service_client(world.acme.id, "maps:write", "maps:read")
    assert duplicate(narrow, world.acme.journey).status_code == 403
    viewer = personal_client(world.bob.actor)
    assert duplicate(viewer, world.acme.journey).status_code == 403


def test_measures_keep_their_numbers(world: SampleWorld, acme: ApiClient) -> None:
    copy = duplicate(acme, world.acme.journey).json()["id"]
    (measure,) = world.acme.all(Measure, stream=copy)
    assert (measure.value, measure.trend, measure.is_off_target) == (6.5, [4, 5, 6.5], True)
