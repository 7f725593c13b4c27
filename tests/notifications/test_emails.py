"""E-mail: recipients, one message for several items, no duplicates, digest and weekly limit."""

import smtplib
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.db.models.functions import Now
from django.test import Client

from changes.followers import run_followers
from changes.models import FollowerCursor
from changes.services import undo
from comments.models import Comment
from comments.services import comment_edit, comment_remove, comment_reply
from core.notices import Topic
from core.tenancy import set_tenant_scope, tenant_scope
from notifications.emails import send_due_emails
from notifications.models import Delivery, Preference
from notifications.services import notice_transaction, sync_notices
from notifications.tasks import send_all_emails
from notifications.unsubscribe_links import unsubscribe_url
from ownership.audit import run_audit
from ownership.flags import flag_acknowledge
from ownership.models import Flag
from tests.support.comments import deliver, reply, say
from tests.support.factories import SampleMember, SampleWorld
from tests.support.factories import write as change
from tests.support.html_client import without_isolation
from tests.support.notices import prefer
from workspaces.models import Member
from workspaces.services import member_remove

FOLLOWER = "notifications.followers.update_notices"


def to(sent: list[Any]) -> list[str]:
    return [parseaddr(one.to[0])[1].partition("@")[0] for one in sent]


@pytest.fixture
def thread(world: SampleWorld) -> Comment:
    return say(world, body="Is this so, @alice?", mentions=[world.alice.member.pk])


def write(world: SampleWorld, work: Any) -> None:
    with transaction.atomic(durable=True):
        set_tenant_scope([world.acme.id])
        work()


class TestWho:
    def test_who_is_mentioned_is_mailed_in_plain_text_and_html(
        self, world: SampleWorld, thread: Comment
    ):
        (one,) = deliver(world)
        assert one.to == [world.alice.user.email]
        assert one.subject == "bob mentioned you in “A contract”"
        link = f"http://localhost:8000/journeys/{world.acme.journey}/comments/?thread={thread.pk}"
        html, kind = one.alternatives[0]
        assert kind == "text/html"
        for text in (one.body, html):
            assert link in text and "Is this so, @alice?" in text
            assert "Buy" in text and "in A contract" in without_isolation(text)

    def test_who_is_in_the_thread_is_mailed_of_answers_but_never_the_author(
        self, world: SampleWorld, thread: Comment
    ):
        deliver(world)
        reply(world, thread, who="dana")
        sent = deliver(world)
        assert to(sent) == ["alice", "bob"]
        assert {one.subject for one in sent} == {"dana replied in “A contract”"}
        reply(world, thread, who="alice", mentions=[world.alice.member.pk])
        assert to(deliver(world)) == ["bob", "dana"]

    def test_who_comes_in_later_is_not_mailed_of_what_was_before(
        self, world: SampleWorld, thread: Comment
    ):
        reply(world, thread)
        reply(world, thread, who="erin")
        assert to(deliver(world)) == ["alice", "bob"]

    def test_a_mention_that_is_added_later_is_mailed_and_no_other(
        self, world: SampleWorld, thread: Comment
    ):
        deliver(world)
        ids = [world.alice.member.pk, world.erin.member.pk]
        comment_edit(comment=thread, body="@alice @erin?", mentions=ids, actor=world.bob.actor)
        assert to(deliver(world)) == ["erin"]

    def test_who_has_left_or_does_not_want_it_is_not_mailed(self, world: SampleWorld):
        prefer(world.alice, comments=Preference.Timing.NEVER)
        ids = [getattr(world, name).member.pk for name in ("alice", "frank", "erin")]
        say(world, mentions=ids)
        run_followers(world.acme.id)
        member_remove(member=world.frank.member, actor=world.dana.actor)
        assert to(deliver(world)) == ["erin"]
        prefer(world.alice, comments=Preference.Timing.AT_ONCE)
        assert deliver(world) == [], "comments from the time of the opt-out are not sent later"

    def test_what_was_taken_back_within_the_minute_is_not_mailed(
        self, world: SampleWorld, thread: Comment
    ):
        run_followers(world.acme.id)
        comment_remove(comment=thread, actor=world.bob.actor)
        assert deliver(world) == []

    def test_a_name_cannot_write_the_header(self, world: SampleWorld):
        world.bob.user.name = "bob\nBcc: x@y.test"
        world.bob.user.save()
        say(world, mentions=[world.alice.member.pk])
        (one,) = deliver(world)
        assert "\n" not in one.subject and "Bcc" not in one.message()


class TestOnce:
    def test_a_follower_that_runs_twice_and_a_sender_that_runs_twice_mail_once(
        self, world: SampleWorld, thread: Comment
    ):
        assert len(deliver(world)) == 1
        write(
            world,
            lambda: FollowerCursor.objects.filter(
                workspace=world.acme.id, follower=FOLLOWER
            ).update(position=0),
        )
        assert deliver(world) == []
        send_all_emails()  # in all workspaces, also those of other tests
        domain = f"@{world.acme.workspace.slug}.test"
        assert [message.to for message in mail.outbox if message.to[0].endswith(domain)] == []

    def test_what_an_undo_brings_back_is_not_news(self, world: SampleWorld, thread: Comment):
        deliver(world)
        op = {"op": "remove", "type": "stage", "id": str(world.acme.stages["Buy"])}
        gone = world.acme.edit(op)
        deliver(world)
        undo(gone.sets[0]["gesture"], actor=world.alice.actor)
        assert world.acme.read(Comment, thread.pk)
        assert deliver(world) == []

    def test_what_is_said_within_a_minute_goes_out_in_one_mail(
        self, world: SampleWorld, thread: Comment
    ):
        second = say(world, about="Use", body="And this?", mentions=[world.alice.member.pk])
        comment_reply(thread=second, body="Well?", actor=world.bob.actor)
        (one,) = deliver(world)
        assert one.subject == "3 comments for you in “A contract”"
        assert all(said in one.body for said in ("Is this so", "And this?", "Well?"))

    def test_mail_that_is_refused_is_sent_again_and_given_up_in_the_end(
        self, world: SampleWorld, thread: Comment, settings
    ):
        settings.EMAIL_BACKEND = "tests.notifications.test_emails.Refusing"
        assert deliver(world) == []
        with tenant_scope([world.acme.id]):
            (row,) = Delivery.objects.filter(workspace=world.acme.id, topic="comments")
        assert (row.attempts, row.settled_at) == (1, None)
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        assert deliver(world) == [], "the first claim has not expired"
        write(world, lambda: Delivery.objects.filter(pk=row.pk).update(claimed_until=Now()))
        (one,) = deliver(world)
        assert one.message()["Message-ID"] == f"<notices-{row.pk}-{row.pk}@localhost>"

        reply(world, thread, who="dana")
        run_followers(world.acme.id)
        write(world, lambda: Delivery.objects.filter(settled_at=None).update(attempts=8))
        assert deliver(world) == []

    def test_another_workspaces_mail_stays_with_it(self, world: SampleWorld, thread: Comment):
        run_followers(world.acme.id)
        mail.outbox.clear()
        send_due_emails(world.twin.id)
        assert mail.outbox == []


class Refusing(EmailBackend):
    """E-mail backend whose server is unavailable."""

    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPServerDisconnected("away")


def make_due(world: SampleWorld, **filters: Any) -> None:
    """Let queued e-mail be due now, as if its time had come."""
    write(world, lambda: Delivery.objects.filter(**filters).update(due_at=Now()))


class TestDigest:
    @pytest.fixture
    def flagged(self, world: SampleWorld) -> SampleMember:
        """Return the ombudsman, to whom the flags of a workspace without directors go."""
        run_audit(world.acme.id)
        assert deliver(world) == [], "flags wait for the digest"
        return world.oscar

    def test_what_waits_goes_out_by_topic_and_what_was_settled_does_not(
        self, world: SampleWorld, flagged: SampleMember
    ):
        (flag, *_) = world.acme.all(Flag, rule="OWN-01")
        flag_acknowledge(flag=flag, actor=world.oscar.actor)
        make_due(world, member=flagged.member)
        (digest,) = deliver(world)
        html, _ = digest.alternatives[0]
        for text in (digest.body, html):
            assert text.index("Critical flags") < text.index("Warnings")
            assert text.count("Vacant: “") == 2
        assert digest.subject == "5 notices for you in Acme"
        assert deliver(world) == []

    def test_old_matters_are_no_news(self, world: SampleWorld):
        run_audit(world.acme.id)
        for flag in world.acme.all(Flag):
            change(world, Flag, flag.pk, opened_at=flag.opened_at - timedelta(days=2))
        sync_notices(world.acme.id)
        assert world.acme.all(Delivery) == []


def alerts_elsewhere(world: SampleWorld, member: SampleMember, number: int) -> None:
    """Send this many alerts to the same user in the other workspace."""
    other = Member.objects.create(workspace_id=world.twin.id, user=member.user, role="viewer")
    with notice_transaction(world.twin.id):
        Delivery.objects.bulk_create(
            Delivery(
                workspace_id=world.twin.id,
                member=other,
                topic=Topic.CRITICAL_FLAGS,
                key=f"flag:{n}",
                subject_id=other.pk,
                kind=Delivery.Kind.AT_ONCE,
                due_at=Now(),
                sent_at=Now(),
                settled_at=Now(),
            )
            for n in range(number)
        )


class TestWeeklyLimit:
    def test_alerts_above_seven_are_counted_in_the_next_digest(self, world: SampleWorld):
        prefer(world.oscar, critical_flags=Preference.Timing.AT_ONCE)
        alerts_elsewhere(world, world.oscar, 5)
        op = {"op": "add", "type": "stage"}
        world.acme.edit(*({**op, "fields": {"title": f"Part {n}"}} for n in range(6)))
        run_audit(world.acme.id)
        (alert,) = deliver(world)
        assert alert.body.count("\n* ") == 2
        assert deliver(world) == []
        make_due(world, kind=Delivery.Kind.OVERFLOW)
        (digest,) = deliver(world)
        more = len(world.acme.all(Flag, severity="critical")) - 2
        assert digest.body.startswith(f"{more} more notices are in your inbox.")
        thread = say(world, mentions=[world.oscar.member.pk])
        assert to(deliver(world)) == ["oscar"], "comments are not alerts"
        reply(world, thread, who="dana")
        assert to(deliver(world)) == ["bob", "oscar"]


class TestUnsubscribing:
    def test_a_link_turns_a_topic_off_without_signing_in(self, world: SampleWorld, thread: Comment):
        (sent,) = deliver(world)
        headers = sent.message()
        url = headers["List-Unsubscribe"].strip("<>").replace("\n", "").replace(" ", "")
        assert url in sent.body and url in sent.alternatives[0][0]
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        path, client = url.removeprefix("http://localhost:8000"), Client(enforce_csrf_checks=True)
        assert "Comments and mentions" in client.get(path).content.decode()
        say(world, mentions=[world.alice.member.pk])
        run_followers(world.acme.id)
        answer = client.post(path, {"List-Unsubscribe": "One-Click"})
        assert "You’re unsubscribed" in answer.content.decode()
        assert deliver(world) == [], "not even what was queued"
        reply(world, thread, who="dana")
        assert to(deliver(world)) == ["bob"]

    def test_a_changed_link_is_refused(self, world: SampleWorld, thread: Comment):
        url = unsubscribe_url(world.alice.member, [Topic.COMMENTS])
        path = url.removeprefix("http://localhost:8000")
        assert Client().post(path[:-3] + "x/").status_code == 404
