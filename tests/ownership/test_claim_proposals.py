"""Claims that nobody disputes become proposals, many at a time and never twice."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from changes.services import change_set
from core.actors import Actor
from core.errors import Forbidden
from core.ids import uuid7
from journeys.models import Journey, Stage
from journeys.services import write_new_journey
from ownership import claim_proposals
from ownership.claim_proposals import MAX_STAGES
from ownership.models import Claim, Directorship
from ownership.services import appointment_create, claim_create, directorship_propose
from tests.support.api_client import personal_client
from tests.support.contests import claim, stage_of
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in
from tests.support.people import write_role
from workspaces.access import system_actor


def claim_as(world: SampleWorld, name: str, title: str) -> None:
    departments = {"frank": "Network", "alice": "Retail"}
    claim_create(
        stage=world.acme.read(Stage, world.acme.stages[title]),
        person=getattr(world, name).person,
        department=world.acme.department(departments[name]),
        kind="claim",
        actor=getattr(world, name).actor,
    )


def proposals(world: SampleWorld) -> set[tuple[str, str]]:
    titles = {pk: title for title, pk in world.acme.stages.items()}
    names = {world.frank.person_id: "frank", world.alice.person_id: "alice"}
    return {(titles[row.stage_id], names[row.person_id]) for row in world.acme.all(Directorship)}


def test_undisputed_claims_become_proposals_once(world: SampleWorld) -> None:
    claim_as(world, "frank", "Buy")
    claim_as(world, "alice", "Use")
    claim_as(world, "alice", "Choose")
    claim_as(world, "frank", "Choose")  # contested
    with CaptureQueriesContext(connection) as queries:
        assert claim_proposals.claims_propose(actor=world.dana.actor) == 2
    assert len(queries) < 40
    assert claim_proposals.claims_propose(actor=world.dana.actor) == 0
    assert proposals(world) == {("Buy", "frank"), ("Use", "alice")}


def test_only_the_chosen_stages(world: SampleWorld) -> None:
    claim_as(world, "frank", "Buy")
    claim_as(world, "alice", "Use")
    page = reverse("claim_proposals", args=[world.acme.workspace.slug])
    client = signed_in(world.dana)
    assert client.get(page).content.decode().count(" checked>") == 2
    answer = client.post(page, {"stage": [str(world.acme.stages["Use"])]})
    assert answer.status_code == 303
    assert proposals(world) == {("Use", "alice")}
    assert client.get(page).content.decode().count(" checked>") == 1
    assert client.post(page, {"stage": ["x"]}).status_code == 400


def leave(world: SampleWorld) -> None:
    op = {"op": "set", "type": "person", "id": str(world.frank.person_id)}
    world.acme.direct(op | {"fields": {"left_on": "2020-01-01"}})


def lose_account(world: SampleWorld) -> None:
    op = {"op": "set", "type": "person", "id": str(world.frank.person_id)}
    world.acme.direct(op | {"fields": {"member": None}})


def become_ombudsman(world: SampleWorld) -> None:
    write_role(world.frank, "ombudsman")


def propose_another(world: SampleWorld) -> None:
    directorship_propose(stage=stage_of(world), person=world.alice.person, actor=world.dana.actor)


@pytest.mark.parametrize(
    ("event", "obstacle"),
    [
        (leave, "left"),
        (lose_account, "no-account"),
        (become_ombudsman, "ombudsman"),
        (propose_another, "proposed"),
    ],
)
def test_the_preview_says_why_a_stage_is_skipped(
    world: SampleWorld, event: Callable[[SampleWorld], None], obstacle: str
) -> None:
    claim(world, "frank")
    event(world)
    (row,) = claim_proposals.claimed_stages(world.dana.actor)
    assert (row.stage_title, row.obstacle) == ("Buy", obstacle)
    assert claim_proposals.claims_propose(actor=world.dana.actor) == 0


def test_the_api_previews_and_proposes(world: SampleWorld) -> None:
    claim_as(world, "frank", "Buy")
    claim_as(world, "alice", "Use")
    dana, path = personal_client(world.dana.actor), f"workspaces/{world.acme.id}/claim-proposals"
    preview = dana.post(path, {"dry_run": True}).json()
    assert (preview["summary"], preview["next"]) == ({"proposed": 2, "skipped": 0}, None)
    assert proposals(world) == set()
    named = [str(world.acme.stages[title]) for title in ("Buy", "Choose", "Buy")]
    named.append(str(list(world.twin.stages.values())[0]))
    sent = {"stages": named}
    first, again = (dana.post(path, sent, Idempotency_Key="same-key") for _ in range(2))
    done, *skipped = first.json()["results"]
    (made,) = world.acme.all(Directorship)
    assert done == {
        "stage": str(world.acme.stages["Buy"]),
        "result": "proposed",
        "person": str(world.frank.person_id),
        "directorship": str(made.pk),
    }
    assert [row["reason"] for row in skipped] == ["not-claimed", "not-claimed"]
    assert (again["Idempotency-Replayed"], again.json()["results"]) == ("true", [done])
    after = {"after": str(max(world.acme.stages.values()))}
    assert dana.post(path, after).json()["results"] == []
    (row,) = dana.post(path, {"stages": named[:1]}).json()["results"]
    assert (row["result"], row["reason"]) == ("skipped", "proposed")


def test_the_api_refuses_bad_requests(world: SampleWorld) -> None:
    dana, path = personal_client(world.dana.actor), f"workspaces/{world.acme.id}/claim-proposals"
    some_id = str(world.acme.id)
    for sent, pointer in (
        ({"stages": []}, "/stages"),
        ({"stages": ["x"]}, "/stages/0"),
        ({"stages": [some_id], "after": some_id}, "/after"),
        ({"after": 1}, "/after"),
        ({"dry_run": "yes"}, "/dry_run"),
    ):
        answer = dana.post(path, sent)
        assert answer.status_code == 400, sent
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert dana.post(path, {"stages": [some_id] * 201}).status_code == 413


def test_producers_propose_in_their_own_journeys_only(world: SampleWorld) -> None:
    claim(world, "frank")
    with pytest.raises(Forbidden):
        claim_proposals.claims_propose(actor=world.bob.actor)
    appointment_create(
        journey=world.acme.read(Journey, world.acme.journey),
        office="producer",
        person=world.bob.person,
        actor=world.dana.actor,
    )
    assert claim_proposals.claims_propose(actor=world.bob.actor) == 1
    foreign = list(world.twin.stages.values())
    assert claim_proposals.claims_propose(stage_ids=foreign, actor=world.dana.actor) == 0


def claim_in_many_journeys(world: SampleWorld, count: int) -> None:
    """Create journeys with one stage each, which Frank claims."""
    actor = system_actor(world.acme.id)
    with change_set([world.acme.id], action="test", actor=actor) as recorder:
        for number in range(count):
            journey = write_new_journey(recorder, uuid7(), "Wait", title=f"Journey {number:03}")
            recorder.add(
                Claim(
                    stream_id=journey.pk,
                    stage=Stage.objects.get(journey=journey),
                    person_id=world.frank.person_id,
                    department_id=world.acme.departments["Network"],
                    made_at=recorder.at,
                )
            )


def test_two_people_at_once_propose_nobody_twice(world: SampleWorld) -> None:
    many = MAX_STAGES + 3
    claim_in_many_journeys(world, many)
    dana, path = personal_client(world.dana.actor), f"workspaces/{world.acme.id}/claim-proposals"
    first = dana.post(path, {"dry_run": True}).json()
    rest = dana.post(path, {"dry_run": True, "after": first["next"]}).json()
    assert (first["summary"]["proposed"], rest["summary"]["proposed"]) == (MAX_STAGES, 3)
    assert rest["next"] is None
    page = reverse("claim_proposals", args=[world.acme.workspace.slug])
    last = signed_in(world.dana).get(page, {"page": 2})
    assert [row.journey_title for row in last.context["rows"]] == [
        f"Journey {number}" for number in range(MAX_STAGES, many)
    ]

    start, counts = threading.Barrier(2), []

    def propose(actor: Actor) -> None:
        try:
            start.wait()
            counts.append(claim_proposals.claims_propose(actor=actor))
        finally:
            connections.close_all()

    actors = (world.dana.actor, system_actor(world.acme.id))
    threads = [threading.Thread(target=propose, args=[actor]) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stages = [row.stage_id for row in world.acme.all(Directorship)]
    assert sum(counts) == len(stages) == len(set(stages)) == many
