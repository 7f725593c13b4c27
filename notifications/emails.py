"""Send queued e-mail. All items that are due for a member go into one message.

A worker claims rows, sends the messages, and settles the rows. If the worker dies after sending, the rows
are sent again when the claim expires, under the same Message-ID. Delivery is at least once.
"""

from collections import defaultdict
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Case, Expression, F, Q, Value, When
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from core.notices import Topic
from core.tenancy import set_tenant_scope, tenant_scope
from notifications.email_content import EmailContent, build_content
from notifications.models import Delivery
from notifications.queries import member_timings
from notifications.services import notice_transaction
from notifications.unsubscribe_links import unsubscribe_url
from people.queries import is_away
from workspaces.models import Member

log = structlog.get_logger()
LEASE_DURATION = timedelta(minutes=5)  # the task's hard time limit
BATCH_SIZE = 500
MAX_ATTEMPTS = 8  # attempts to send an e-mail before it is dropped and logged as an error
MAX_ALERTS_PER_WEEK = 7


def send_due_emails(workspace_id: UUID) -> None:
    """Send all e-mail of a workspace that is due.

    Logs `mail_failed` if a message can't be sent: a warning, or an error after the last attempt.
    """
    by_member: dict[UUID, list[Delivery]] = defaultdict(list)
    for row in _claim(workspace_id):
        by_member[row.member_id].append(row)
    for member_id, rows in by_member.items():
        try:
            _deliver(workspace_id, member_id, rows)
        except OSError as error:  # includes smtplib.SMTPException
            log_failure = log.error if rows[0].attempts + 1 >= MAX_ATTEMPTS else log.warning
            log_failure("mail_failed", member=str(member_id), error=str(error))


def _claim(workspace_id: UUID) -> list[Delivery]:
    """Claim due rows that no other worker has claimed, count the attempt, and return them."""
    # A claim longer than the lease was made before the clock was set back, so it doesn't count.
    is_claimed = Q(claimed_until__range=(Now(), Now() + LEASE_DURATION))
    due = Delivery.objects.filter(
        ~is_claimed,
        workspace=workspace_id,
        due_at__lte=Now(),
        settled_at=None,
        attempts__lt=MAX_ATTEMPTS,
    ).order_by("pk")
    with notice_transaction(workspace_id):
        rows = list(due.select_for_update(skip_locked=True)[:BATCH_SIZE])
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
            claimed_until=Now() + LEASE_DURATION, attempts=F("attempts") + 1
        )
    return rows


def _deliver(workspace_id: UUID, member_id: UUID, rows: list[Delivery]) -> None:
    """Send a member one message about these items, and settle them.

    Send nothing if the member has left, or if no item needs their attention any more. While the member is away, move
    the items to the first digest after their return.
    """
    members = Member.objects.filter(pk=member_id, left_at=None, user__is_active=True)
    member = members.select_related("user", "workspace").first()
    is_sent = False
    if member is not None:
        if _postpone_while_away(member, rows):
            return
        rows = _postpone_over_limit(member, rows)
        with tenant_scope([workspace_id]), member.user.override_language():
            content = build_content(member, rows)
        if content.sections or content.overflow_count:
            _send(member, rows, content)
            is_sent = True
    with notice_transaction(workspace_id):
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
            settled_at=Now(), sent_at=Now() if is_sent else None
        )


def _postpone_while_away(member: Member, rows: list[Delivery]) -> bool:
    """Move the items of a member who is away to the next digest. Return whether the member is away."""
    with notice_transaction(member.workspace_id):
        if not is_away(member):
            return False
        at_once = When(kind=Delivery.Kind.AT_ONCE, then=Value(Delivery.Kind.DIGEST))
        _postpone(member, rows, Case(at_once, default=F("kind")))
    return True


def _postpone_over_limit(member: Member, rows: list[Delivery]) -> list[Delivery]:
    """Move alerts above the user's weekly limit to the next digest. Return the other rows.

    The limit covers all workspaces of the user. Alerts are immediate e-mails by cxmap itself. Comments don't
    count, because people write them.
    """
    pks = [row.pk for row in rows]
    alerts = [
        row for row in rows if row.kind == Delivery.Kind.AT_ONCE and row.topic != Topic.COMMENTS
    ]
    if not alerts:
        return rows
    memberships = dict(Member.objects.filter(user=member.user).values_list("pk", "workspace"))
    with transaction.atomic(durable=True):
        set_tenant_scope(memberships.values())
        is_counted = Q(sent_at__gt=Now() - timedelta(days=7))
        is_counted |= Q(settled_at=None, claimed_until__gt=Now())  # by another worker
        counted = Delivery.objects.filter(
            is_counted, member__in=memberships, kind=Delivery.Kind.AT_ONCE
        )
        n = counted.exclude(topic=Topic.COMMENTS).exclude(pk__in=pks).count()
        postponed = alerts[max(0, MAX_ALERTS_PER_WEEK - n) :]
        _postpone(member, postponed, Value(Delivery.Kind.OVERFLOW))
    waiting = {row.pk for row in postponed}
    return [row for row in rows if row.pk not in waiting]


def _postpone(member: Member, rows: list[Delivery], kind: Expression) -> None:
    """Move items to the member's next digest, with a new kind."""
    due_at = member_timings([member])[member.pk].next_digest(timezone.now())
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
        kind=kind, due_at=due_at, claimed_until=None, attempts=0
    )


def _send(member: Member, rows: list[Delivery], content: EmailContent) -> None:
    host = urlsplit(settings.PUBLIC_URL).hostname
    slug = member.workspace.slug
    topics = content.topics
    context = {
        "member": member,
        "content": content,
        "inbox": settings.PUBLIC_URL + reverse("inbox", args=[slug]),
        "preferences": settings.PUBLIC_URL + reverse("notification_preferences", args=[slug]),
        "unsubscribe": [
            {"label": topic.label, "url": unsubscribe_url(member, [topic])} for topic in topics
        ],
    }
    with member.user.override_language():
        subject = content.subject
        body = render_to_string("notifications/email.txt", context)
        html = render_to_string("notifications/email.html", context)
    mail = EmailMultiAlternatives(
        subject=subject,
        body=body,
        to=[member.user.email],
        headers={
            "Message-ID": f"<notices-{rows[0].pk}-{rows[-1].pk}@{host}>",
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{unsubscribe_url(member, topics)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            **content.headers,
        },
    )
    mail.attach_alternative(html, "text/html")
    mail.send()
