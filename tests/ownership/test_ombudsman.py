"""An ombudsman decides disputes about stages, and so answers for none."""

import pytest
from django.utils import timezone

from changes.services import change_set
from core.errors import Conflict
from ownership import services
from ownership.models import Claim, Directorship
from ownership.services import Decision
from people.models import Placement
from tests.support.contests import ripe_contest, rule, stage_of
from tests.support.factories import SampleWorld
from tests.support.people import write_role
from workspaces.access import system_actor
from workspaces.services import member_role_set


def place_oscar(world: SampleWorld) -> None:
    directory = world.acme.id
    with change_set([directory], action="test", actor=system_actor(directory)) as recorder:
        recorder.add(
            Placement(
                stream_id=directory,
                person_id=world.oscar.person_id,
                department_id=world.acme.departments["Care"],
                since=timezone.localdate(),
            )
        )


def claim(world: SampleWorld, kind: str) -> Claim:
    return services.claim_create(
        stage=stage_of(world),
        person=world.oscar.person,
        department=world.acme.department("Care"),
        kind=kind,
        actor=world.dana.actor,
    )


def propose(world: SampleWorld) -> Directorship:
    return services.directorship_propose(
        stage=stage_of(world), person=world.oscar.person, actor=world.dana.actor
    )


def test_an_ombudsman_may_disclaim_a_stage_but_not_claim_it(world: SampleWorld) -> None:
    place_oscar(world)
    with pytest.raises(Conflict, match="can’t answer for any stage") as refusal:
        claim(world, "claim")
    assert refusal.value.code == "ombudsman"
    assert claim(world, "disclaimer").person_id == world.oscar.person_id


def test_an_ombudsman_is_not_proposed(world: SampleWorld) -> None:
    with pytest.raises(Conflict, match="Oscar.* is an ombudsman"):
        propose(world)
    assert world.acme.all(Directorship) == []


def test_who_became_an_ombudsman_does_not_accept(world: SampleWorld) -> None:
    actor = world.oscar.actor
    write_role(world.oscar, "editor")
    proposed = propose(world)
    write_role(world.oscar, "ombudsman")
    with pytest.raises(Conflict) as refusal:
        services.directorship_accept(directorship=proposed, actor=actor)
    assert refusal.value.code == "ombudsman"
    write_role(world.oscar, "editor")
    assert services.directorship_accept(directorship=proposed, actor=actor).accepted_at


def test_a_ruling_gives_no_stage_to_an_ombudsman(world: SampleWorld) -> None:
    contest = ripe_contest(world)
    member_role_set(member=world.erin.member, role="ombudsman", actor=world.dana.actor)
    with pytest.raises(Conflict) as refusal:
        rule(world, contest, Decision("other", "Neutral.", world.erin.person))
    assert refusal.value.code == "ombudsman"
