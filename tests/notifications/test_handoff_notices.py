"""Notices about hand-offs: for each director who hasn't signed, and later for the producer."""

from datetime import timedelta

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from changes.followers import run_followers
from core.ids import uuid7
from core.notices import Topic
from core.tenancy import set_tenant_scope, tenant_scope
from notifications.models import Delivery
from notifications.services import sync_notices
from ownership import handoff_notices, services
from ownership.models import Directorship, Flag, HandOff
from tests.support.cases import appoint
from tests.support.contests import stage_of
from tests.support.factories import SampleMember, SampleWorld, write
from tests.support.handoffs import TEXT, direct_stage, handoff_of
from tests.support.html_client import signed_in
from tests.support.notices import notices_of, waiting_for


def asked(world: SampleWorld) -> set[str]:
    """Return the names of those with a hand-off in their inbox."""
    return {
        name
        for name in world.acme.people
        if any(row.topic == Topic.HANDOFFS for row in waiting_for(getattr(world, name)))
    }


def sign(who: SampleMember, handoff: HandOff, revision: int = 1) -> None:
    services.handoff_sign(handoff=handoff, revision=revision, actor=who.actor)


def age(world: SampleWorld, days: int) -> None:
    """Backdate the texts of the hand-offs and the directorships."""
    for row in world.acme.all(Directorship):
        accepted_at = row.accepted_at - timedelta(days=days)
        write(world, Directorship, row.pk, accepted_at=accepted_at)
    with transaction.atomic(), connection.cursor() as cursor:
        set_tenant_scope([world.acme.id], writing=uuid7())
        cursor.execute(
            "UPDATE ownership_handoff SET updated_at = updated_at - make_interval(days => %s)",
            [days],
        )


def test_each_missing_signature_is_asked_for_once(world: SampleWorld) -> None:
    handoff = handoff_of(world)
    run_followers(world.acme.id)
    assert asked(world) == {"frank", "erin"}
    inbox = reverse("inbox", args=[world.acme.workspace.slug])
    assert (
        reverse("handoff", args=[handoff.pk]) in signed_in(world.erin).get(inbox).content.decode()
    )
    sign(world.frank, handoff)
    assert asked(world) == {"erin"}  # before the follower has run, too
    run_followers(world.acme.id)
    sync_notices(world.acme.id)
    assert [row.outcome for row in notices_of(world.frank, topic=Topic.HANDOFFS)] == ["done"]
    services.handoff_update(
        handoff=handoff, actor=world.erin.actor, **{**TEXT, "return_service": "Within two days"}
    )
    run_followers(world.acme.id)
    assert asked(world) == {"frank", "erin"}
    for member in (world.frank, world.erin):
        sign(member, handoff, revision=2)
    direct_stage(world, "bob", "Buy", takes_over=True)
    run_followers(world.acme.id)
    assert asked(world) == {"bob"}
    assert len(world.acme.all(Delivery, topic=Topic.HANDOFFS)) == 5


def test_the_flag_asks_nobody_once_there_is_something_to_sign(world: SampleWorld) -> None:
    direct_stage(world, "frank", "Choose")
    direct_stage(world, "erin", "Buy")
    topics = []
    for is_written in (False, True):
        if is_written:
            handoff_of(world)
        services.run_audit(world.acme.id)
        run_followers(world.acme.id)
        subjects = {row.pk for row in world.acme.all(Flag, rule="OWN-09")}
        subjects |= {row.pk for row in world.acme.all(HandOff)}
        topics.append([row.topic for row in waiting_for(world.erin) if row.subject_id in subjects])
    assert topics == [[Topic.WARNING_FLAGS], [Topic.HANDOFFS]]


def test_a_late_signature_is_escalated_to_the_producer_and_the_sponsor(world: SampleWorld) -> None:
    handoff = handoff_of(world)
    appoint(world, "bob", "producer")
    appoint(world, "dana", "sponsor")
    sign(world.frank, handoff)
    reached = []
    for days in (0, 13, 2, 14):
        age(world, days)
        sync_notices(world.acme.id)
        reached.append(asked(world))
    assert reached == [{"erin"}, {"erin"}, {"erin", "bob"}, {"erin", "bob", "dana"}]
    sign(world.erin, handoff)
    run_followers(world.acme.id)
    assert asked(world) == set()


def test_the_number_of_queries_does_not_grow_with_the_handoffs(world: SampleWorld) -> None:
    handoff_of(world)
    counts = []
    for title in ("", "Use"):
        if title:
            direct_stage(world, "frank", title)
            services.handoff_create(
                from_stage=stage_of(world, "Buy"),
                to_stage=stage_of(world, title),
                actor=world.frank.actor,
                **TEXT,
            )
        with tenant_scope([world.acme.id]), CaptureQueriesContext(connection) as queries:
            handoff_notices.notices_for(world.acme.id, None)
        counts.append(len(queries))
    assert counts[0] == counts[1]
