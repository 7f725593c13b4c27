"""Candidates for a stage that needs a director: who is suggested, in which order, and why."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.services import change_set
from core.ids import uuid7
from ownership import audit, services
from ownership.models import Directorship, Flag
from people.absences import absence_create
from people.models import Person, Placement
from tests.support.actors import placed
from tests.support.contests import claim, direct, ripe_contest, stage_of
from tests.support.factories import SampleWorld, write
from tests.support.handoffs import direct_stage
from tests.support.volunteers import call_of, candidates, volunteer
from workspaces.access import system_actor
from workspaces.models import Member, User
from workspaces.queries import today_in

Prepare = Callable[[SampleWorld], object]


def head(world: SampleWorld, name: str) -> None:
    (placement,) = world.acme.all(Placement, person=getattr(world, name).person_id)
    write(world, Placement, placement.pk, is_head=True)


def resign(world: SampleWorld, name: str, by: str = "") -> None:
    row = direct(world, name)
    services.directorship_end(directorship=row, actor=getattr(world, by or name).actor)


def limit(world: SampleWorld, stages: int) -> None:
    services.thresholds_update(
        workspace=world.acme.workspace, values={"overload_stages": stages}, actor=world.dana.actor
    )


def overload(world: SampleWorld) -> None:
    limit(world, 1)
    direct_stage(world, "frank", "Use")


def overdue(world: SampleWorld) -> None:
    direct_stage(world, "bob", "Use")
    (row,) = world.acme.all(Directorship)
    write(world, Directorship, row.pk, accepted_at="2025-01-01T00:00:00Z")
    audit.run_audit(world.acme.id)
    assert world.acme.all(Flag, rule="OWN-10")


def test_people_of_departments_with_touchpoints_are_suggested(world: SampleWorld) -> None:
    assert candidates(world) == {
        "frank": "Works in Network, which has 2 of the 3 touchpoints here; Doesn’t direct any live stages",
        "alice": "Works in Retail, which has 1 of the 3 touchpoints here; Doesn’t direct any live stages",
        "bob": "Works in Retail, which has 1 of the 3 touchpoints here; Doesn’t direct any live stages",
    }


@pytest.mark.parametrize(
    ("prepare", "order", "name", "reason"),
    [
        (lambda w: head(w, "bob"), "bob frank alice", "bob", "Heads Retail, which has 1 of the 3"),
        (lambda w: claim(w, "alice"), "alice frank bob", "alice", "Claims this stage; Works in"),
        (lambda w: resign(w, "bob"), "frank bob alice", "bob", "Directed this stage until "),
        (
            lambda w: direct_stage(w, "erin", "Choose"),
            "frank alice bob erin",
            "erin",
            "Directs “Choose”, the stage next to this one; Directs 1 live stage of at most 7; "
            "All reviews are on time",
        ),
        (overload, "alice bob frank", "frank", "Directs 1 live stage of at most 1"),
        (overdue, "frank bob alice", "bob", "1 review is overdue"),
    ],
    ids=["head", "claimant", "held it", "neighbor", "overloaded", "overdue"],
)
def test_the_reasons_for_a_candidate(
    world: SampleWorld, prepare: Prepare, order: str, name: str, reason: str
) -> None:
    prepare(world)
    found = candidates(world)
    assert " ".join(found) == order
    assert reason in found[name]


@pytest.mark.parametrize(
    ("prepare", "missing"),
    [
        (lambda w: write(w, Person, w.frank.person_id, left_on=date(2026, 1, 31)), {"frank"}),
        (lambda w: write(w, Person, w.frank.person_id, member_id=None), {"frank"}),
        (lambda w: placed(w.acme, w.oscar.person_id, w.acme.departments["Network"]), set()),
        (lambda w: stay_away(w, "frank", 28), set()),
        (lambda w: stay_away(w, "frank", 29), {"frank"}),
        (lambda w: propose(w, "bob"), {"bob"}),
        (lambda w: decline(w, "bob"), {"bob"}),
        (lambda w: volunteer(w, "alice"), {"alice"}),
    ],
    ids=[
        "left",
        "no account",
        "ombudsman",
        "away",
        "away for long",
        "proposed",
        "declined",
        "volunteers",
    ],
)
def test_who_is_not_suggested(world: SampleWorld, prepare: Prepare, missing: set[str]) -> None:
    prepare(world)
    assert set(candidates(world)) == {"frank", "alice", "bob"} - missing


def stay_away(world: SampleWorld, name: str, days: int) -> None:
    today = today_in(world.acme.id)
    person, actor = getattr(world, name).person, world.dana.actor
    absence_create(person=person, since=today, until=today + timedelta(days=days), actor=actor)


def propose(world: SampleWorld, name: str) -> Directorship:
    return services.directorship_propose(
        stage=stage_of(world), person=getattr(world, name).person, actor=world.dana.actor
    )


def decline(world: SampleWorld, name: str) -> None:
    actor = getattr(world, name).actor
    services.directorship_decline(directorship=propose(world, name), note="No.", actor=actor)


def test_a_directorship_that_ended_by_relief_does_not_count(world: SampleWorld) -> None:
    resign(world, "bob", by="dana")
    assert list(candidates(world)) == ["frank", "alice", "bob"]


def test_volunteers_are_listed_separately_with_the_same_reasons(world: SampleWorld) -> None:
    decline(world, "frank")
    offer = volunteer(world, "frank", note="I have time now.")
    call = call_of(world)
    assert call is not None
    (row,) = call.volunteers
    assert (row.offer, row.person.pk) == (offer, world.frank.person_id)
    assert "Network" in row.reasons[0]


@pytest.mark.parametrize("prepare", [lambda w: direct(w, "frank"), ripe_contest])
def test_a_stage_with_a_director_or_a_contest_has_no_call(
    world: SampleWorld, prepare: Prepare
) -> None:
    prepare(world)
    assert call_of(world) is None


def test_at_most_five_are_suggested_by_a_fixed_number_of_queries(world: SampleWorld) -> None:
    volunteer(world, "alice")
    claim(world, "bob")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            found = candidates(world)
        counts.append(len(queries))
        hire(world, 6)
    assert counts[0] == counts[1]
    assert len(found) == 5


def hire(world: SampleWorld, count: int) -> None:
    """Place people with accounts in Network."""
    acme, own = world.acme, {"stream_id": world.acme.id}
    users = User.objects.bulk_create(
        User(email=f"{uuid7().hex}@acme.test", name=f"Hired {n}") for n in range(count)
    )
    members = Member.objects.bulk_create(
        Member(workspace=acme.workspace, user=user, role="viewer") for user in users
    )
    with change_set([acme.id], action="test", actor=system_actor(acme.id)) as recorder:
        people = recorder.add_many(
            [Person(**own, name=member.user.name, member=member) for member in members]
        )
        network = acme.departments["Network"]
        since = date(2026, 1, 1)
        recorder.add_many(
            [Placement(**own, person=row, department_id=network, since=since) for row in people]
        )
