"""Sends the queued e-mail about comments, as one message to each member.

A worker claims rows, sends the messages and settles the rows. If it dies after sending, another
worker sends them again once the claim has expired, with the same Message-ID. Every message is
delivered at least once.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from comments.models import Comment, CommentEmail
from comments.queries import Thread, build_threads
from core.tenancy import set_tenant_scope, tenant_scope
from workspaces.models import Member

log = structlog.get_logger()
LEASE_DURATION = timedelta(minutes=5)  # the task's hard time limit
BATCH_SIZE = 500
MAX_ATTEMPTS = 8  # attempts before an e-mail is given up and logged as an error


def send_due_emails(workspace_id: UUID) -> None:
    """Send all queued e-mail of a workspace.

    Logs `mail_failed` if a message can't be sent, as a warning or, after the last attempt, an
    error.
    """
    by_member: dict[UUID, list[CommentEmail]] = defaultdict(list)
    for row in _claim(workspace_id):
        by_member[row.member_id].append(row)
    for member_id, rows in by_member.items():
        try:
            _send(workspace_id, member_id, rows)
        except OSError as error:  # includes smtplib.SMTPException
            log_failure = log.error if rows[0].attempts + 1 >= MAX_ATTEMPTS else log.warning
            log_failure("mail_failed", member=str(member_id), error=str(error))
        else:
            with _email_transaction(workspace_id):
                CommentEmail.objects.filter(pk__in=[row.pk for row in rows]).update(
                    settled_at=Now()
                )


def _claim(workspace_id: UUID) -> list[CommentEmail]:
    """Claim the queued rows that no other worker has claimed, and count the attempt."""
    # A claim longer than the lease was made before the clock was set back, so it doesn't count.
    is_claimed = Q(claimed_until__range=(Now(), Now() + LEASE_DURATION))
    due = CommentEmail.objects.filter(
        ~is_claimed, workspace=workspace_id, settled_at=None, attempts__lt=MAX_ATTEMPTS
    ).order_by("pk")
    with _email_transaction(workspace_id):
        rows = list(due.select_for_update(skip_locked=True)[:BATCH_SIZE])
        CommentEmail.objects.filter(pk__in=[row.pk for row in rows]).update(
            claimed_until=Now() + LEASE_DURATION, attempts=F("attempts") + 1
        )
    return rows


@contextmanager
def _email_transaction(workspace_id: UUID) -> Iterator[None]:
    with transaction.atomic(durable=True):
        set_tenant_scope([workspace_id])
        yield


def _send(workspace_id: UUID, member_id: UUID, rows: list[CommentEmail]) -> None:
    """Send a member one message about these comments.

    Sends nothing if the member has left or turned off e-mail, or if all the comments were removed.
    """
    with tenant_scope([workspace_id]):
        member = (
            Member.objects.filter(pk=member_id, left_at=None, mail_comments=True)
            .select_related("user", "workspace")
            .first()
        )
        comments = list(Comment.objects.filter(pk__in=[row.comment for row in rows]))
        firsts = Comment.objects.filter(
            pk__in={comment.thread_id or comment.pk for comment in comments}
        )
        threads = build_threads(firsts.order_by("made_at", "pk"))
    if member is None or not comments:
        return
    fresh = {comment.pk for comment in comments}
    context = {
        "member": member,
        "threads": [
            {
                "thread": thread,
                "url": thread_url(thread),
                "news": [c for c in thread.comments if c.pk in fresh],
            }
            for thread in threads
        ],
        "inbox": settings.PUBLIC_URL + reverse("inbox", args=[member.workspace.slug]),
    }
    host = urlsplit(settings.PUBLIC_URL).hostname
    with member.user.override_language():
        subject = subject_line(member, threads, fresh)
        body = render_to_string("comments/email.txt", context)
        html = render_to_string("comments/email.html", context)
    mail = EmailMultiAlternatives(
        subject=subject,
        body=body,
        to=[member.user.email],
        headers={
            "Message-ID": f"<comments-{rows[0].pk}-{rows[-1].pk}@{host}>",
            "References": " ".join(f"<thread-{thread.root.pk}@{host}>" for thread in threads),
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(html, "text/html")
    mail.send()


def thread_url(thread: Thread) -> str:
    path = reverse("journey_comments", args=[thread.root.stream_id])
    return f"{settings.PUBLIC_URL}{path}?thread={thread.root.pk}"


def subject_line(member: Member, threads: list[Thread], fresh: set[UUID]) -> str:
    """Return a subject line: who did what in which journey, or the number of comments."""
    news = [comment for thread in threads for comment in thread.comments if comment.pk in fresh]
    n, comment = len(news), news[0]
    titles = {thread.journey.title for thread in threads if thread.journey}
    journey = min(titles, default="")
    author = comment.author_name
    if not comment.author_id:  # guests can choose any name
        author = gettext("{name} (guest)").format(name=author)
    if len(titles) > 1:
        line = gettext("{n} comments for you in {journeys} journeys").format(
            n=n, journeys=len(titles)
        )
    elif n > 1:
        line = ngettext(
            "{n} comment for you in “{journey}”", "{n} comments for you in “{journey}”", n
        ).format(n=n, journey=journey)
    elif str(member.pk) in comment.mentions:
        line = gettext("{author} mentioned you in “{journey}”").format(
            author=author, journey=journey
        )
    else:
        line = gettext("{author} replied in “{journey}”").format(author=author, journey=journey)
    return " ".join(line.split())  # headers must be a single line
