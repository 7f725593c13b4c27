"""Notices about comments: threads that await members, and the comments to e-mail."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Q

from comments.models import Comment
from core.notices import NoticeDraft, Topic


def notices_for(workspace_id: UUID, journey_ids: Collection[UUID] | None) -> list[NoticeDraft]:
    """Return a notice for each open thread and each member who should reply.

    Covers these journeys, or all journeys if `journey_ids` is None. A member should reply under the
    same conditions as in comments.queries.threads_awaiting(). Runs one query.
    """
    is_open = Q(thread=None, resolved_at=None) | Q(thread__isnull=False, thread__resolved_at=None)
    comments = Comment.objects.filter(is_open, workspace=workspace_id)
    if journey_ids is not None:
        comments = comments.filter(stream__in=journey_ids)
    threads: dict[UUID, list[Comment]] = defaultdict(list)
    for comment in comments.defer("body").order_by("made_at", "pk"):
        threads[comment.thread_id or comment.pk].append(comment)
    return [
        NoticeDraft(
            member_id=member_id,
            topic=Topic.COMMENTS,
            key=f"thread:{thread_id}",
            subject_type=Comment.slug,
            subject_id=thread_id,
            journey_id=thread[-1].stream_id,
            since=thread[-1].made_at,
            is_mailed=False,  # comments_to_email() sends an e-mail for each comment instead
        )
        for thread_id, thread in threads.items()
        for member_id in _participants(thread) - {thread[-1].author_id}
    ]


def _participants(comments: list[Comment]) -> set[UUID]:
    """Return the members who wrote one of the comments or are mentioned in one."""
    authors = {comment.author_id for comment in comments if comment.author_id}
    return authors | {UUID(pk) for comment in comments for pk in comment.mentions}


def comments_to_email(sets: list[dict[str, Any]]) -> list[tuple[UUID, UUID]]:
    """Return (member, comment) for each e-mail about the comments in these change sets.

    A member gets an e-mail about a comment that newly mentions the member, and about a new reply in a
    thread in which the member has written or was mentioned before. Authors get no e-mail about their
    own comments. Comments restored by an undo are skipped, because they were already announced.
    Comments that no longer exist are skipped, too.
    """
    changes = [
        change
        for change_set in sets
        if change_set["undoes"] is None
        for change in change_set["changes"] or []
        if change["type"] == Comment.slug
    ]
    added = {UUID(change["id"]) for change in changes if change["op"] == "add"}
    mentioned: dict[UUID, set[UUID]] = defaultdict(set)  # comment -> newly mentioned members
    for change in changes:
        before, after = (set(change[side].get("mentions", ())) for side in ("before", "after"))
        mentioned[UUID(change["id"])] |= set(map(UUID, after - before))
    comments = list(Comment.objects.filter(pk__in=mentioned))
    replies = [comment for comment in comments if comment.pk in added and comment.thread_id]
    threads = {comment.thread_id for comment in replies}
    in_threads = list(Comment.objects.filter(Q(pk__in=threads) | Q(thread__in=threads)))
    for reply in replies:
        earlier = [
            comment
            for comment in in_threads
            if reply.thread_id in (comment.pk, comment.thread_id)
            and (comment.made_at, comment.pk) < (reply.made_at, reply.pk)
        ]
        mentioned[reply.pk] |= _participants(earlier)
    return [
        (member_id, comment.pk)
        for comment in comments
        for member_id in sorted(mentioned[comment.pk] - {comment.author_id})
    ]
