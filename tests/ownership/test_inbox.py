"""Routing of flags: to the director, else the producer, else the sponsor, else the ombudsman."""

from datetime import timedelta

from django.utils import timezone

from core.tenancy import tenant_scope
from journeys.models import Journey, Stage
from ownership import audit
from ownership.models import Directorship
from ownership.queries import Inbox, inbox, inbox_count
from ownership.services import appointment_create, directorship_accept, directorship_propose
from tests.support.factories import SampleMember, SampleWorld, write
from workspaces.access import system_actor


def waiting(world: SampleWorld, who: SampleMember) -> Inbox:
    with tenant_scope([world.acme.id]):
        found = inbox(who.actor)
        found.flags = list(found.flags)
        assert inbox_count(who.actor) == len(found.proposals) + len(found.flags)
    return found


def rules(found: Inbox) -> list[str]:
    return sorted(flag.rule for flag in found.flags)


def direct(world: SampleWorld, who: SampleMember, stage: str) -> None:
    row = world.acme.read(Stage, world.acme.stages[stage])
    proposed = directorship_propose(stage=row, person=who.person, actor=system_actor(world.acme.id))
    assert waiting(world, who).proposals == [proposed]
    directorship_accept(directorship=proposed, actor=who.actor)


def appoint(world: SampleWorld, who: SampleMember, office: str) -> None:
    journey = world.acme.read(Journey, world.acme.journey)
    appointment_create(
        journey=journey, office=office, person=who.person, actor=system_actor(world.acme.id)
    )


def test_where_nobody_answers_the_ombudsman_is_told(world: SampleWorld) -> None:
    audit.run_audit(world.acme.id)
    assert rules(waiting(world, world.oscar)) == ["OWN-01"] * 3 + ["OWN-12", "OWN-18"]
    for member in (world.alice, world.dana, world.frank):
        assert waiting(world, member) == Inbox([], [])


def test_a_flag_goes_to_one_and_to_the_nearest(world: SampleWorld) -> None:
    appoint(world, world.erin, "sponsor")
    audit.run_audit(world.acme.id)
    assert rules(waiting(world, world.erin)) == ["OWN-01"] * 3 + ["OWN-12", "OWN-18"]
    appoint(world, world.bob, "producer")
    direct(world, world.frank, "Use")
    audit.run_audit(world.acme.id)
    # The touchpoint without a department is in the stage that Frank directs.
    assert rules(waiting(world, world.frank)) == ["OWN-18"]
    assert rules(waiting(world, world.bob)) == ["OWN-01"] * 2
    assert waiting(world, world.erin) == Inbox([], [])
    assert waiting(world, world.oscar) == Inbox([], [])


def test_what_was_answered_a_moment_ago_waits_no_more(world: SampleWorld) -> None:
    audit.run_audit(world.acme.id)
    direct(world, world.frank, "Use")
    assert rules(waiting(world, world.frank)) == ["OWN-18"]
    assert rules(waiting(world, world.oscar)) == ["OWN-01"] * 2 + ["OWN-12"]


def test_who_was_asked_long_ago_and_agrees_is_not_asked_again(world: SampleWorld) -> None:
    row = world.acme.read(Stage, world.acme.stages["Use"])
    proposed = directorship_propose(
        stage=row, person=world.frank.person, actor=system_actor(world.acme.id)
    )
    write(world, Directorship, proposed.pk, proposed_at=timezone.now() - timedelta(days=15))
    audit.run_audit(world.acme.id)
    assert "OWN-02" in rules(waiting(world, world.oscar))
    directorship_accept(directorship=proposed, actor=world.frank.actor)
    assert rules(waiting(world, world.frank)) == ["OWN-18"]
