"""The follower that queues e-mail about new comments."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from changes.followers import follows
from comments.models import Comment, CommentEmail
from core.tenancy import set_tenant_scope, tenant_scope
from workspaces.models import Member


@follows(types={Comment.slug})
def queue_comment_emails(workspace_id: UUID, sets: list[dict[str, Any]]) -> None:
    """Queue e-mail about the new comments in these change sets, which comments.emails sends.

    It goes to members who are mentioned or take part in the thread. Comments that an undo restored
    are skipped, because they were already announced.
    """
    changes = [
        change
        for change_set in sets
        if change_set["undoes"] is None
        for change in change_set["changes"] or []
        if change["type"] == Comment.slug
    ]
    fresh = {UUID(change["id"]) for change in changes if change["op"] == "add"}
    named: dict[UUID, set[UUID]] = defaultdict(set)  # comment -> newly mentioned members
    for change in changes:
        before, after = (set(change[side].get("mentions", ())) for side in ("before", "after"))
        named[UUID(change["id"])] |= set(map(UUID, after - before))
    with tenant_scope([workspace_id]):
        wanted = _recipients(fresh, named)
        members = Member.objects.filter(workspace=workspace_id, left_at=None)
        here = set(members.filter(pk__in={pk for pk, _ in wanted}).values_list("pk", flat=True))
    rows = [
        CommentEmail(workspace_id=workspace_id, member_id=member, comment=comment)
        for member, comment in wanted
        if member in here
    ]
    if rows:
        with transaction.atomic(durable=True):
            set_tenant_scope([workspace_id])
            CommentEmail.objects.bulk_create(rows, ignore_conflicts=True)


def _recipients(fresh: set[UUID], named: dict[UUID, set[UUID]]) -> list[tuple[UUID, UUID]]:
    """Return a (member, comment) pair for each e-mail.

    Authors get no e-mail about their own comments. Comments that were removed are left out.
    """
    comments = list(Comment.objects.filter(pk__in=named))
    threads = {
        comment.thread_id for comment in comments if comment.pk in fresh and comment.thread_id
    }
    thread_comments = list(Comment.objects.filter(Q(pk__in=threads) | Q(thread__in=threads)))
    wanted = []
    for comment in comments:
        recipients = set(named[comment.pk])
        if comment.pk in fresh and comment.thread_id:
            for earlier in thread_comments:
                in_thread = comment.thread_id in (earlier.pk, earlier.thread_id)
                if in_thread and (earlier.made_at, earlier.pk) < (comment.made_at, comment.pk):
                    recipients |= {*map(UUID, earlier.mentions)}
                    recipients |= {earlier.author_id} if earlier.author_id else set()
        wanted += [
            (member, comment.pk) for member in sorted(recipients) if member != comment.author_id
        ]
    return wanted
