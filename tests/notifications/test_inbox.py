"""What waits in the inbox: notices that follow from the state, for exactly the one who can act."""

import re
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from changes.followers import run_followers
from comments.queries import threads_awaiting
from comments.services import comment_resolve
from core.notices import Topic
from core.tenancy import tenant_scope
from journeys.models import Journey, Stage
from notifications.models import Delivery, Notice
from notifications.queries import open_notice_count, open_notices
from notifications.services import sync_notices
from ownership import audit
from ownership.models import Directorship, Flag
from ownership.notices import OPEN_FLAGS_SQL
from ownership.services import (
    appointment_create,
    directorship_accept,
    directorship_decline,
    directorship_propose,
)
from tests.support.comments import reply, say
from tests.support.factories import SampleMember, SampleWorld, write
from tests.support.html_client import FormParser, count, signed_in
from tests.support.notices import notices_of, waiting_for
from workspaces.access import system_actor
from workspaces.services import invitation_create, invitation_signup, member_remove

EVERYBODY = ("alice", "bob", "dana", "erin", "frank", "oscar")


def flagged(world: SampleWorld, member: SampleMember) -> list[str]:
    """Return the rules of the flags in a member's inbox, and check what the badge counts."""
    with tenant_scope([world.acme.id]):
        flag_ids = [row.subject_id for row in open_notices(member.actor, subject_type=Flag.slug)]
        rules = sorted(Flag.objects.filter(pk__in=flag_ids).values_list("rule", flat=True))
        counted = open_notice_count(member.actor)
    assert counted == len(waiting_for(member)) >= len(rules)
    return rules


def propose(world: SampleWorld, who: SampleMember, stage: str) -> Directorship:
    row = world.acme.read(Stage, world.acme.stages[stage])
    return directorship_propose(stage=row, person=who.person, actor=system_actor(world.acme.id))


def direct(world: SampleWorld, who: SampleMember, stage: str) -> None:
    directorship_accept(directorship=propose(world, who, stage), actor=who.actor)


def appoint(world: SampleWorld, who: SampleMember, office: str) -> None:
    journey = world.acme.read(Journey, world.acme.journey)
    appointment_create(
        journey=journey, office=office, person=who.person, actor=system_actor(world.acme.id)
    )


class TestFlags:
    def test_without_anyone_responsible_the_ombudsman_gets_them(self, world: SampleWorld) -> None:
        audit.run_audit(world.acme.id)
        sync_notices(world.acme.id)
        assert flagged(world, world.oscar) == ["OWN-01"] * 3 + ["OWN-12", "OWN-14", "OWN-18"]
        for member in (world.alice, world.dana, world.frank):
            assert waiting_for(member) == []

    def test_a_flag_goes_to_the_nearest_and_is_superseded_for_the_others(
        self, world: SampleWorld
    ) -> None:
        appoint(world, world.erin, "sponsor")
        run_followers(world.acme.id)
        assert flagged(world, world.erin) == ["OWN-01"] * 3 + ["OWN-12", "OWN-14", "OWN-18"]
        appoint(world, world.bob, "producer")
        direct(world, world.frank, "Use")
        run_followers(world.acme.id)
        # The touchpoint without a department is in the stage that Frank directs, without a mandate.
        assert flagged(world, world.frank) == ["OWN-08", "OWN-18"]
        assert flagged(world, world.bob) == ["OWN-01"] * 2 + ["OWN-14"]
        assert waiting_for(world.erin) == waiting_for(world.oscar) == []
        outcomes = sorted(notice.outcome for notice in notices_of(world.erin))
        assert outcomes == ["done"] * 2 + ["superseded"] * 4

    def test_a_flag_that_was_just_answered_no_longer_waits(self, world: SampleWorld) -> None:
        audit.run_audit(world.acme.id)
        sync_notices(world.acme.id)
        direct(world, world.frank, "Use")
        assert flagged(world, world.oscar) == ["OWN-01"] * 2 + ["OWN-12", "OWN-14", "OWN-18"]

    def test_a_late_answer_settles_its_flag_at_once(self, world: SampleWorld) -> None:
        proposed = propose(world, world.frank, "Use")
        write(world, Directorship, proposed.pk, proposed_at=timezone.now() - timedelta(days=15))
        audit.run_audit(world.acme.id)
        sync_notices(world.acme.id)
        assert "OWN-02" in flagged(world, world.oscar)
        directorship_accept(directorship=proposed, actor=world.frank.actor)
        assert "OWN-02" not in flagged(world, world.oscar)

    def test_a_flag_that_opens_again_is_a_new_notice(self, world: SampleWorld) -> None:
        direct(world, world.frank, "Use")
        run_followers(world.acme.id)
        (flag,) = world.acme.all(Flag, subject_id=world.acme.stages["Buy"], rule="OWN-01")
        for state, opened_at in (("resolved", flag.opened_at), ("open", timezone.now())):
            write(world, Flag, flag.pk, state=state, opened_at=opened_at)
            sync_notices(world.acme.id)
        first, second = notices_of(world.oscar, subject_id=flag.pk)
        assert (first.outcome, second.settled_at) == ("done", None)


class TestEscalation:
    def test_a_critical_flag_goes_to_the_next_person_after_a_week_and_once(
        self, world: SampleWorld
    ) -> None:
        appoint(world, world.bob, "producer")
        appoint(world, world.erin, "sponsor")
        run_followers(world.acme.id)
        (flag,) = world.acme.all(Flag, subject_id=world.acme.stages["Buy"], rule="OWN-01")
        assert [notice.topic for notice in waiting_for(world.erin)] == []
        week_ago = timezone.now() - timedelta(days=7, hours=1)
        write(world, Flag, flag.pk, opened_at=week_ago)
        for _ in range(2):
            sync_notices(world.acme.id)
        (escalation,) = waiting_for(world.erin)
        assert (escalation.topic, escalation.subject_id) == (Topic.ESCALATIONS, flag.pk)
        assert flag.pk in {notice.subject_id for notice in waiting_for(world.bob)}
        assert waiting_for(world.oscar) == []
        escalations = world.acme.all(Delivery, topic=Topic.ESCALATIONS)
        assert [row.member_id for row in escalations] == [world.erin.member.pk]
        write(world, Flag, flag.pk, state="resolved")
        run_followers(world.acme.id)
        assert waiting_for(world.erin) == []


class TestProposals:
    @pytest.mark.parametrize(
        "answer", [directorship_accept, partial(directorship_decline, note="No time.")]
    )
    def test_a_proposal_waits_for_its_person_until_it_is_answered(
        self, world: SampleWorld, answer
    ) -> None:
        proposed = propose(world, world.frank, "Buy")
        run_followers(world.acme.id)
        (notice,) = waiting_for(world.frank)
        assert (notice.topic, notice.subject_id) == (Topic.PROPOSALS, proposed.pk)
        answer(directorship=proposed, actor=world.frank.actor)
        assert Topic.PROPOSALS not in {notice.topic for notice in waiting_for(world.frank)}
        run_followers(world.acme.id)
        assert notices_of(world.frank, topic=Topic.PROPOSALS)[0].outcome == "done"

    def test_a_former_member_has_no_notices(self, world: SampleWorld) -> None:
        propose(world, world.frank, "Buy")
        run_followers(world.acme.id)
        member_remove(member=world.frank.member, actor=world.dana.actor)
        sync_notices(world.acme.id)
        assert notices_of(world.frank, settled_at=None) == []


class TestComments:
    def test_the_threads_are_those_that_await_each_member(self, world: SampleWorld) -> None:
        mentioned = [world.alice.member.pk, world.erin.member.pk]
        first = say(world, mentions=mentioned)
        reply(world, first, who="alice")
        reply(world, say(world, about="Use"), who="dana", mentions=[world.bob.member.pk])
        comment_resolve(comment=say(world, mentions=mentioned), actor=world.bob.actor)
        run_followers(world.acme.id)
        found = {}
        with tenant_scope([world.acme.id]):
            for name in EVERYBODY:
                actor = getattr(world, name).actor
                found[name] = set(threads_awaiting(actor).values_list("pk", flat=True))
                stored = Notice.objects.filter(
                    member=actor.member_id, topic=Topic.COMMENTS, settled_at=None
                )
                assert set(stored.values_list("subject_id", flat=True)) == found[name], name
        assert len(found["bob"]) == 2 and found["erin"] == {first.pk} and not found["alice"]

    def test_a_thread_waits_again_after_the_next_reply(self, world: SampleWorld) -> None:
        thread = say(world, mentions=[world.alice.member.pk])
        run_followers(world.acme.id)
        reply(world, thread, who="alice")
        assert waiting_for(world.alice) == []
        run_followers(world.acme.id)
        reply(world, thread, who="dana")
        run_followers(world.acme.id)
        (notice,) = waiting_for(world.alice)
        assert notice.since > thread.made_at


class TestInvitations:
    def test_an_accepted_invitation_waits_until_it_is_seen(self, world: SampleWorld) -> None:
        email = f"gina@{world.acme.workspace.slug}.test"
        _, secret = invitation_create(email=email, role="viewer", actor=world.dana.actor)
        invitation_signup(secret=secret, name="Gina", password="correct-horse-battery")
        sync_notices(world.acme.id)
        client = signed_in(world.dana)
        inbox = reverse("inbox", args=[world.acme.workspace.slug])
        page = client.get(inbox).content.decode()
        assert email in page
        form = next(f for f in FormParser(page).found if f["action"].endswith("/seen/"))
        assert client.post(form["action"], form["fields"]).status_code == 303
        sync_notices(world.acme.id)
        assert email not in client.get(inbox).content.decode()
        (notice,) = notices_of(world.dana)
        assert notice.seen_at and notice.outcome == "seen"


def test_the_inbox_and_its_badge_take_as_many_queries_for_many_notices(world: SampleWorld) -> None:
    audit.run_audit(world.acme.id)
    sync_notices(world.acme.id)
    client = signed_in(world.oscar)
    inbox = reverse("inbox", args=[world.acme.workspace.slug])
    few = count(client, inbox)
    world.acme.edit(
        *({"op": "add", "type": "stage", "fields": {"title": f"Part {n}"}} for n in range(20))
    )
    audit.run_audit(world.acme.id)
    sync_notices(world.acme.id)
    assert len(waiting_for(world.oscar)) > 20
    with CaptureQueriesContext(connection) as captured:
        client.get(inbox)
    statements = [query["sql"] for query in captured]
    assert len(statements) == few
    assert sum('FROM "notifications_notice"' in sql for sql in statements) == 1
    without_notices = re.compile("ownership_(volunteer|case|handoff|contest)|comments_|webhooks_")
    assert not list(filter(without_notices.search, statements))


def test_flags_are_routed_by_index_before_their_tables_are_analyzed(world: SampleWorld) -> None:
    """Nested loops, which PostgreSQL prefers without statistics, look rows up by their keys."""
    with tenant_scope([world.acme.id]), connection.cursor() as cursor:
        for method in ("hashjoin", "mergejoin", "seqscan", "bitmapscan", "memoize", "material"):
            cursor.execute(f"SET LOCAL enable_{method} = off")
        cursor.execute(
            f"EXPLAIN (FORMAT JSON) {OPEN_FLAGS_SQL}",
            {"workspace": world.acme.id, "journeys": None, "opened_before": None},
        )
        ((plan,),) = cursor.fetchall()
    assert inner_nodes(plan[0]["Plan"]) == ["Index Scan", "Index Scan"]


def inner_nodes(plan: dict[str, Any]) -> list[str]:
    """Return the types of the nodes that a plan runs once for each row of another."""
    children = plan.get("Plans", [])
    own = [child["Node Type"] for child in children if child["Parent Relationship"] == "Inner"]
    return own + [node for child in children for node in inner_nodes(child)]
