"""Notices while people are away: for their stand-ins, once, and without e-mail to those who are away."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from changes.followers import run_followers
from core.errors import Forbidden
from core.notices import Topic
from core.tenancy import tenant_scope
from notifications.models import Delivery
from notifications.queries import open_notice_count, open_notices
from notifications.services import notice_transaction, sync_notices
from ownership import services
from people.models import Absence
from people.services import absence_end, absence_update, person_leave
from tests.support.cases import answer, appoint, open_case
from tests.support.comments import deliver, say
from tests.support.contests import direct, ripe_contest, stage_of
from tests.support.factories import SampleMember, SampleWorld, write
from tests.support.notices import notices_of, waiting_for
from tests.support.people import away, day

CASE_TEXT = "A case about “Buy” in “A contract” waits for an answer."


def delegated(member: SampleMember) -> list[tuple[str, str]]:
    """Return the notices that a member has as a stand-in, except flags: who is away, and the cause."""
    with tenant_scope([member.member.workspace_id]):
        rows = open_notices(member.actor, on_behalf_of__isnull=False)
    causes = [(str(row.on_behalf_of), row.key.partition(":")[0]) for row in rows]
    return [(name, cause) for name, cause in causes if cause != "flag"]


def own(member: SampleMember) -> list[str]:
    """Return the causes of a member's own notices, except flags."""
    causes = [row.key.partition(":")[0] for row in waiting_for(member)]
    return [cause for cause in causes if cause != "flag"]


def mailed(world: SampleWorld, text: str) -> list[str]:
    """Send the e-mail that is due. Return the names of those whose mail contains a text."""
    return [one.to[0].partition("@")[0] for one in deliver(world) if text in one.body]


def make_due(world: SampleWorld) -> None:
    with notice_transaction(world.acme.id):
        Delivery.objects.filter(settled_at=None).update(due_at=Now())


def test_a_stand_in_gets_the_notices_until_the_person_is_back(world: SampleWorld) -> None:
    direct(world, "frank")
    absence = away(world, "frank", 0, 3, "bob")
    case = open_case(world)
    assert mailed(world, f"For frank: {CASE_TEXT}") == ["bob"]
    for _ in range(2):
        sync_notices(world.acme.id)
        assert (own(world.frank), delegated(world.bob)) == ([], [("frank", "case-opened")])
    absence_end(absence=absence, actor=world.frank.actor)
    run_followers(world.acme.id)
    assert (own(world.frank), delegated(world.bob)) == (["case-opened"], [])
    away(world, "frank", 0, 3, "bob")
    run_followers(world.acme.id)
    assert delegated(world.bob) == [("frank", "case-opened")]
    assert mailed(world, CASE_TEXT) == []
    answer(case, world.frank)
    assert delegated(world.bob) == []


@pytest.mark.parametrize("stand_in", [None, "erin"])
def test_without_a_stand_in_notices_go_to_the_next_person_at_once(
    world: SampleWorld, stand_in: str | None
) -> None:
    direct(world, "frank")
    appoint(world, "bob", "producer")
    absence = away(world, "frank", 0, 3, stand_in)
    away(world, "erin", 0, 0)
    open_case(world)
    run_followers(world.acme.id)
    assert (own(world.frank), own(world.bob)) == ([], ["case-opened"])
    assert delegated(world.erin) == []
    absence_end(absence=absence, actor=world.frank.actor)
    run_followers(world.acme.id)
    assert (own(world.frank), own(world.bob)) == (["case-opened"], [])


def test_flags_skip_an_absent_director_and_go_to_the_ombudsman(world: SampleWorld) -> None:
    direct(world, "frank")
    away(world, "frank", 0, 3)
    services.run_audit(world.acme.id)
    sync_notices(world.acme.id)
    flags = {row.key for row in notices_of(world.oscar) if row.subject_type == "flag"}
    assert flags
    assert "flag" not in {row.subject_type for row in waiting_for(world.frank)}


def test_a_stand_in_s_own_notice_is_not_doubled(world: SampleWorld) -> None:
    direct(world, "frank")
    appoint(world, "bob", "producer")
    away(world, "frank", 0, 3, "bob")
    case = open_case(world)
    sync_notices(world.acme.id)
    assert delegated(world.bob) == [("frank", "case-opened")]
    ago = timedelta(days=12)
    write(
        world,
        type(case),
        case.pk,
        opened_at=case.opened_at - ago,
        due_on=timezone.localdate() - timedelta(days=2),
    )
    sync_notices(world.acme.id)
    assert (delegated(world.bob), len(notices_of(world.bob, topic=Topic.CASES))) == ([], 1)
    assert "case-opened" in own(world.bob)


def test_a_stand_in_gets_no_rights(world: SampleWorld) -> None:
    proposal = services.directorship_propose(
        stage=stage_of(world), person=world.frank.person, actor=world.dana.actor
    )
    ripe_contest(world)
    away(world, "frank", 0, 3, "bob")
    run_followers(world.acme.id)
    assert ("frank", "proposal") in delegated(world.bob)
    with pytest.raises(Forbidden):
        services.directorship_accept(directorship=proposal, actor=world.bob.actor)


def test_somebody_who_is_away_gets_mail_when_they_are_back(
    world: SampleWorld, monkeypatch: Any
) -> None:
    direct(world, "frank")
    case = open_case(world)
    run_followers(world.acme.id)
    away(world, "frank", 0, 0, "bob")
    say(world, mentions=[world.frank.member.pk])
    assert "frank" not in mailed(world, "")
    answer(case, world.frank)
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    make_due(world)
    (sent,) = [one for one in deliver(world) if one.to == [world.frank.user.email]]
    assert "Is this so?" in sent.body
    assert CASE_TEXT not in sent.body


def test_a_stand_in_is_notified_of_an_absence_and_of_each_change(world: SampleWorld) -> None:
    absence = away(world, "frank", 2, 9, "bob")
    run_followers(world.acme.id)
    absence_update(absence=absence, until=day(5), actor=world.frank.actor)
    run_followers(world.acme.id)
    outcomes = [row.outcome for row in notices_of(world.bob, topic=Topic.ABSENCES)]
    assert (outcomes, own(world.bob)) == (["done", ""], ["absence"])
    assert mailed(world, "You stand in for Frank") == ["bob"]
    person_leave(person=world.frank.person, left_on=day(-1), actor=world.dana.actor)
    run_followers(world.acme.id)
    assert own(world.bob) == []
    assert len(world.acme.all(Absence)) == 1


def test_the_number_of_queries_does_not_grow_with_what_a_stand_in_gets(world: SampleWorld) -> None:
    direct(world, "frank")
    away(world, "frank", 0, 3, "bob")
    counts = []
    for _ in range(2):
        open_case(world)
        sync_notices(world.acme.id)
        with tenant_scope([world.acme.id]), CaptureQueriesContext(connection) as queries:
            open_notice_count(world.bob.actor)
        counts.append(len(queries))
    assert counts[0] == counts[1]
