"""The content of an e-mail: a section for each topic, and the subject line."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from comments.models import Comment
from comments.queries import Thread, build_threads
from core.notices import Topic
from notifications.models import Delivery
from notifications.queries import open_notices
from ownership.case_notices import describe_cases
from ownership.contest_notices import describe_contests
from ownership.handoff_notices import describe_handoffs
from ownership.notices import describe_flags, describe_proposals
from ownership.volunteer_notices import describe_volunteers
from people.notices import describe_absences
from webhooks.notices import describe_webhooks
from workspaces.access import member_actor
from workspaces.demotion_notices import describe_demotions
from workspaces.models import Member
from workspaces.notices import describe_invitations

DESCRIBE: Mapping[str, Callable[[Collection[UUID]], dict[UUID, str]]] = {
    Topic.PROPOSALS: describe_proposals,
    Topic.VOLUNTEERS: describe_volunteers,
    Topic.CONTESTS: describe_contests,
    Topic.CASES: describe_cases,
    Topic.HANDOFFS: describe_handoffs,
    Topic.ESCALATIONS: describe_flags,
    Topic.CRITICAL_FLAGS: describe_flags,
    Topic.WARNING_FLAGS: describe_flags,
    Topic.INFO_FLAGS: describe_flags,
    Topic.DEMOTIONS: describe_demotions,
    Topic.INVITATIONS: describe_invitations,
    Topic.ABSENCES: describe_absences,
    Topic.WEBHOOKS: describe_webhooks,
}


@dataclass(frozen=True)
class EmailSection:
    """The items of one topic: lines of text, or threads with their new comments."""

    topic: Topic
    lines: list[str] = field(default_factory=list)
    threads: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class EmailContent:
    """The sections of an e-mail. `overflow_count` is the number of items that are counted but not listed."""

    subject: str
    sections: list[EmailSection]
    overflow_count: int
    topics: list[Topic]  # of all items, to unsubscribe from
    headers: dict[str, str]


def build_content(member: Member, rows: list[Delivery]) -> EmailContent:
    """Return the content of an e-mail about these items, in the active language.

    Items that no longer need the member's attention are left out. Call it inside `tenant_scope()`.
    """
    comment_ids = [row.subject_id for row in rows if row.topic == Topic.COMMENTS]
    comments, threads = _comments(comment_ids)
    actor, keys = member_actor(member), [row.key for row in rows]
    away = {row.key: row.on_behalf_of for row in open_notices(actor, key__in=keys)}
    waiting = [row for row in rows if row.key in away]
    listed = [row for row in waiting if row.kind != Delivery.Kind.OVERFLOW]
    sections = _comment_section(threads, {comment.pk for comment in comments})
    sections += _sections(listed, away)
    overflow_count = len(waiting) - len(listed)
    topics = {row.topic for row in waiting} | {section.topic for section in sections}
    return EmailContent(
        subject=" ".join(_subject(member, sections, overflow_count, comments, threads).split()),
        sections=sections,
        overflow_count=overflow_count,
        topics=[topic for topic in Topic if topic in topics],
        headers=_thread_headers(threads),
    )


def _comments(comment_ids: list[UUID]) -> tuple[list[Comment], list[Thread]]:
    """Return the comments that still exist and their threads, oldest first."""
    rows = Comment.objects.filter(pk__in=comment_ids).select_related("author__user")
    comments = list(rows.order_by("made_at", "pk"))
    root_ids = {comment.thread_id or comment.pk for comment in comments}
    return comments, build_threads(
        Comment.objects.filter(pk__in=root_ids).order_by("made_at", "pk")
    )


def _comment_section(threads: list[Thread], new_ids: set[UUID]) -> list[EmailSection]:
    if not threads:
        return []
    items = [
        {
            "thread": thread,
            "url": _thread_url(thread),
            "news": [comment for comment in thread.comments if comment.pk in new_ids],
        }
        for thread in threads
    ]
    return [EmailSection(Topic.COMMENTS, threads=items)]


def _thread_url(thread: Thread) -> str:
    path = reverse("journey_comments", args=[thread.root.stream_id])
    return f"{settings.PUBLIC_URL}{path}?thread={thread.root.pk}"


def _thread_headers(threads: list[Thread]) -> dict[str, str]:
    host = urlsplit(settings.PUBLIC_URL).hostname
    references = " ".join(f"<thread-{thread.root.pk}@{host}>" for thread in threads)
    return {"References": references} if references else {}


def _sections(rows: list[Delivery], away: Mapping[str, Member | None]) -> list[EmailSection]:
    """Return a section for each topic. `away` maps the keys of delegated notices to the absent member."""
    by_topic: dict[str, list[Delivery]] = defaultdict(list)
    for row in rows:
        by_topic[row.topic].append(row)
    sections = []
    for topic in Topic:
        texts = (
            DESCRIBE[topic]([row.subject_id for row in by_topic[topic]])
            if topic in by_topic
            else {}
        )
        lines = {
            row.subject_id: _line(texts[row.subject_id], away.get(row.key))
            for row in by_topic.get(topic, ())
            if row.subject_id in texts
        }
        if lines:
            sections.append(EmailSection(topic, lines=list(lines.values())))
    return sections


def _line(text: str, away: Member | None) -> str:
    return gettext("For {name}: {text}").format(name=away, text=text) if away else text


def _subject(
    member: Member,
    sections: list[EmailSection],
    overflow_count: int,
    comments: list[Comment],
    threads: list[Thread],
) -> str:
    """Return the subject line: the text of the only item, or the number of items."""
    n = overflow_count + len(comments) + sum(len(section.lines) for section in sections)
    if comments and n == len(comments):
        return _comments_subject(member, comments, threads)
    if n == 1 and sections:
        return sections[0].lines[0].removesuffix(".")
    return ngettext(
        "{n} notice for you in {workspace}", "{n} notices for you in {workspace}", n
    ).format(n=n, workspace=member.workspace.name)


def _comments_subject(member: Member, comments: list[Comment], threads: list[Thread]) -> str:
    """Return a subject line that describes the only comment, or has the number of comments."""
    n, comment = len(comments), comments[0]
    titles = {thread.journey.title for thread in threads if thread.journey}
    journey = min(titles, default="")
    author = comment.author_name
    if not comment.author_id:  # guests can choose any name
        author = gettext("{name} (guest)").format(name=author)
    if len(titles) > 1:
        return gettext("{n} comments for you in {journeys} journeys").format(
            n=n, journeys=len(titles)
        )
    if n > 1:
        return ngettext(
            "{n} comment for you in “{journey}”", "{n} comments for you in “{journey}”", n
        ).format(n=n, journey=journey)
    if str(member.pk) in comment.mentions:
        return gettext("{author} mentioned you in “{journey}”").format(
            author=author, journey=journey
        )
    return gettext("{author} replied in “{journey}”").format(author=author, journey=journey)
