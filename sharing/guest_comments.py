"""Comments through share links: the threads that guests can see, and the comments they write."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext

from changes.models import Record, record_types
from comments.models import Comment
from comments.queries import build_threads, root_comments
from comments.services import comment_create, comment_reply
from core.actors import COMMENT, Actor
from core.errors import AppError, Forbidden, NotFound
from core.rate_limits import RateLimit
from core.tenancy import tenant_scope
from sharing.models import ShareLink

SUBJECT_TYPES = (
    "journey",
    "stage",
    "step",
    "touchpoint",
)  # the record types whose threads the page can show
MAX_NAME_LENGTH = 80
# Comments allowed through one link: per address, and in total.
LIMIT_BY_ADDRESS = RateLimit("share-comments-address", 10, 300)
LIMIT_BY_LINK = RateLimit("share-comments", 60, 300)


@dataclass(frozen=True)
class PublicComment:
    """A comment as guests see it, with only the author's name and whether the author is a guest."""

    id: UUID
    author_name: str
    is_guest: bool
    body: str
    made_at: datetime
    is_edited: bool


@dataclass(frozen=True)
class PublicThread:
    """An open thread as guests see it. `id` is the id of its first comment."""

    id: UUID
    label: str
    comments: list[PublicComment]


def allows_comments(link: ShareLink) -> bool:
    """Return whether guests can read and write comments through a link.

    A link that shows a fixed version never allows comments.
    """
    return link.can == ShareLink.Can.COMMENT and link.version is None


def require_comments(link: ShareLink) -> None:
    if not allows_comments(link):
        raise Forbidden(
            gettext("This link is view-only. Ask for a link that allows comments."),
            code="look-only",
        )


def guest_actor(link: ShareLink) -> Actor:
    """Return the actor for guests who use this link. The log names the link."""
    return Actor(link.workspace_id, "guest", link.pk, frozenset({COMMENT}))


def public_threads(journey_id: UUID) -> dict[UUID, list[PublicThread]]:
    """Return the open threads of a journey that guests can see, by subject id."""
    by_subject: dict[UUID, list[PublicThread]] = defaultdict(list)
    for thread in build_threads(_open_threads(journey_id)):
        talk = PublicThread(
            thread.root.pk,
            thread.root.label,
            [_public_comment(comment) for comment in thread.comments],
        )
        by_subject[thread.root.subject_id].append(talk)
    return dict(by_subject)


def _public_comment(comment: Comment) -> PublicComment:
    name = comment.author.user.name if comment.author else comment.guest_name
    if not name or "@" in name:  # never an e-mail address
        name = gettext("A member")
    return PublicComment(
        id=comment.pk,
        author_name=name,
        is_guest=comment.author is None,
        body=comment.body,
        made_at=comment.made_at,
        is_edited=comment.edited_at is not None,
    )


def comment_target(link: ShareLink, pk: UUID | None) -> Record:
    """Return what a guest wants to comment on: an open thread or a record.

    Raises NotFound if the journey has no open thread, and no record that guests can comment on,
    with this id.
    """
    with tenant_scope([link.workspace_id]):
        places = [
            _open_threads(link.journey),
            *(record_types()[slug].objects.filter(stream=link.journey) for slug in SUBJECT_TYPES),
        ]
        for rows in places:
            for target in rows.filter(pk=pk) if pk else ():
                return target
    raise NotFound(
        gettext("The item you’re commenting on no longer exists. Go back and reload the page.")
    )


def _open_threads(journey_id: UUID) -> QuerySet[Comment]:
    return root_comments(journey_id, is_open=True).filter(subject_type__in=SUBJECT_TYPES)


def guest_comment_create(
    *,
    link: ShareLink,
    target: Record,
    body: str,
    mentions: Sequence[UUID],
    guest_name: str,
    address: str,
    actor: Actor,
) -> Comment:
    """Add a comment in a guest's name. If `target` is a thread, add a reply to it.

    Raises Forbidden if the link doesn't allow comments, and an AppError with status 429 if there
    were too many comments through this link or from this address.
    """
    require_comments(link)
    _rate_limit(link, address)
    fields: dict[str, Any] = {
        "body": body,
        "mentions": mentions,
        "guest_name": guest_name,
        "actor": actor,
    }
    if isinstance(target, Comment):
        return comment_reply(thread=target, **fields)
    return comment_create(
        journey_id=link.journey,
        subject_type=target.slug,
        subject_id=target.pk,
        **fields,
    )


def _rate_limit(link: ShareLink, address: str) -> None:
    for usage in (
        LIMIT_BY_ADDRESS.count_attempt(f"{link.pk}:{address}"),
        LIMIT_BY_LINK.count_attempt(str(link.pk)),
    ):
        if usage.is_exceeded:
            raise AppError(
                gettext("Too many comments. Try again in five minutes."),
                code="too-many-comments",
                status=429,
                headers=usage.refusal_headers,
            )
