"""Services that write comments. Their writes can't be undone."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from changes.models import Record, record_types
from changes.services import Recorder, change_set
from comments.access import require_author, require_can_remove
from comments.models import Comment
from core.actors import COMMENT, MODERATE, Actor
from core.errors import Conflict, FieldError, InvalidRequest
from core.text import is_visible, normalize_text
from workspaces.models import Member, Token

MAX_MENTIONS = 50
PLACE_DECIMALS = 4  # a tenth of a unit of a frame


def comment_create(
    *,
    journey_id: UUID,
    subject_type: str,
    subject_id: UUID,
    body: str,
    mentions: Sequence[UUID] = (),
    x: float | None = None,
    y: float | None = None,
    guest_name: str = "",
    actor: Actor,
) -> Comment:
    """Start a thread about a record of the journey, as the actor or on behalf of a guest.

    `x` and `y` are a place in the record's picture, as fractions of its size. Raises InvalidRequest if the
    subject doesn't exist or has no such place, the body is empty, or someone who is mentioned isn't a member.
    Logs `comment.make`.
    """
    actor.require(COMMENT)
    with change_set([journey_id], action="comment.make", actor=actor, undoable=False) as recorder:
        model = record_types().get(subject_type)
        if model is None or model is Comment:
            raise InvalidRequest.at(
                "/subject_type", "choice", gettext("You can’t comment on this type of record.")
            )
        if not recorder.fetch(model, [subject_id]):
            noun = model._meta.verbose_name
            raise InvalidRequest.at(
                "/subject_id",
                "not_found",
                gettext("The journey has no {type} with this id. Check the id.").format(type=noun),
            )
        return _add_comment(
            recorder,
            journey_id,
            guest_name,
            subject_type=subject_type,
            subject_id=subject_id,
            body=body,
            mentions=mentions,
            **_clean_place(model, x, y),
        )


def comment_reply(
    *,
    thread: Comment,
    body: str,
    mentions: Sequence[UUID] = (),
    guest_name: str = "",
    actor: Actor,
) -> Comment:
    """Reply in a thread. If the thread was resolved, reopen it.

    Raises InvalidRequest if `thread` is itself a reply, or for an invalid body or mention as in
    comment_create(). Logs `comment.reply`.
    """
    actor.require(COMMENT)
    with change_set(
        [thread.stream_id], action="comment.reply", actor=actor, undoable=False
    ) as recorder:
        first = _root_comment(recorder, thread)
        recorder.set(first, resolved_at=None, resolved_by_id=None)
        return _add_comment(
            recorder,
            first.stream_id,
            guest_name,
            subject_type=first.subject_type,
            subject_id=first.subject_id,
            thread_id=first.pk,
            body=body,
            mentions=mentions,
        )


def comment_edit(*, comment: Comment, body: str, mentions: Sequence[UUID], actor: Actor) -> Comment:
    """Edit the actor's own comment. Raises Forbidden if the comment is someone else's.

    Logs `comment.edit` if anything changed.
    """
    actor.require(COMMENT)
    with change_set(
        [comment.stream_id], action="comment.edit", actor=actor, undoable=False
    ) as recorder:
        comment = recorder.reload(comment)
        require_author(actor, comment)
        kept = set(comment.mentions)
        fields = {"body": _clean_body(body), "mentions": _clean_mentions(recorder, mentions, kept)}
        if fields == {name: getattr(comment, name) for name in fields}:
            return comment
        return recorder.set(comment, **fields, edited_at=recorder.at)


def comment_remove(*, comment: Comment, actor: Actor) -> None:
    """Remove a comment. If the comment is the first of a thread, remove the thread.

    Allowed for its author, and with `moderate`. Raises Conflict `answered` if other people have
    replied, unless the actor has `moderate`. Logs `comment.remove`.
    """
    actor.require(COMMENT)
    with change_set(
        [comment.stream_id], action="comment.remove", actor=actor, undoable=False
    ) as recorder:
        comment = recorder.reload(comment)
        require_can_remove(actor, comment)
        answers = Comment.objects.filter(thread=comment.pk)
        if not actor.can(MODERATE) and answers.exclude(author=actor.member_id).exists():
            raise Conflict(
                gettext("Other people have replied. Resolve the thread instead."), code="answered"
            )
        recorder.remove(comment)


def comment_resolve(*, comment: Comment, actor: Actor) -> Comment:
    """Resolve a thread. Requires `comment`. Idempotent. Logs `comment.resolve`."""
    actor.require(COMMENT)
    with change_set(
        [comment.stream_id], action="comment.resolve", actor=actor, undoable=False
    ) as recorder:
        first = _root_comment(recorder, comment)
        if first.resolved_at:
            return first
        return recorder.set(first, resolved_at=recorder.at, resolved_by_id=actor.member_id)


def comment_reopen(*, comment: Comment, actor: Actor) -> Comment:
    """Reopen a resolved thread. Requires `comment`. Idempotent. Logs `comment.reopen`."""
    actor.require(COMMENT)
    with change_set(
        [comment.stream_id], action="comment.reopen", actor=actor, undoable=False
    ) as recorder:
        return recorder.set(_root_comment(recorder, comment), resolved_at=None, resolved_by_id=None)


def _root_comment(recorder: Recorder, comment: Comment) -> Comment:
    """Return the current row of a thread's first comment. Raises InvalidRequest for a reply."""
    if comment.thread_id is not None:
        raise InvalidRequest.at(
            "/thread", "not-first", gettext("This is a reply. Use the first comment of the thread.")
        )
    return recorder.reload(comment)


def _add_comment(
    recorder: Recorder,
    journey_id: UUID,
    guest_name: str,
    *,
    body: str,
    mentions: Sequence[UUID],
    **about: Any,
) -> Comment:
    author_id = None if guest_name else recorder.actor.member_id
    return recorder.add(
        Comment(
            stream_id=journey_id,
            author_id=author_id,
            guest_name=guest_name if guest_name or author_id else _non_member_name(recorder.actor),
            body=_clean_body(body),
            mentions=_clean_mentions(recorder, mentions),
            made_at=recorder.at,
            **about,
        )
    )


def _non_member_name(actor: Actor) -> str:
    """Return the name to show for an actor that isn't a member, such as the name of a token."""
    if actor.id is None:
        return "cxmap"
    return str(Token.objects.filter(pk=actor.id, workspace=actor.workspace_id).first() or "cxmap")


def _clean_body(body: str) -> str:
    """Return the body as it is stored. Raises InvalidRequest if it has no visible characters.

    The model field checks the other characters and the length.
    """
    body = normalize_text(body)
    if not is_visible(body):
        raise InvalidRequest.at("/body", "blank", gettext("Enter a comment."))
    return body


def _clean_place(model: type[Record], x: float | None, y: float | None) -> dict[str, float]:
    """Return a place in a picture as model fields, or {} if there is no place.

    Raises InvalidRequest if only one of x and y is given, or the records of this type have no picture. The
    model fields check the range.
    """
    if x is None and y is None:
        return {}
    if x is None or y is None:
        missing = "/x" if x is None else "/y"
        raise InvalidRequest.at(missing, "required", gettext("Send both x and y, or neither."))
    if not model.has_places:
        raise InvalidRequest.at(
            "/x", "unexpected", gettext("This type of record has no picture. Leave out x and y.")
        )
    return {"x": round(x, PLACE_DECIMALS), "y": round(y, PLACE_DECIMALS)}


def _clean_mentions(
    recorder: Recorder, ids: Sequence[UUID], kept: frozenset[str] | set[str] = frozenset()
) -> list[str]:
    """Return the ids of mentioned members as they are stored, without duplicates.

    Raises InvalidRequest if there are too many, or if one that isn't in `kept` isn't a current member.
    """
    wanted = list(dict.fromkeys(map(str, ids)))
    if len(wanted) > MAX_MENTIONS:
        raise InvalidRequest.at(
            "/mentions",
            "max_length",
            gettext("Mention at most {limit} members.").format(limit=MAX_MENTIONS),
        )
    fresh = set(wanted) - kept
    members = Member.objects.filter(
        workspace=recorder.actor.workspace_id, left_at=None, pk__in=fresh
    )
    there = {str(pk) for pk in members.values_list("pk", flat=True)}
    errors = [
        FieldError(
            f"/mentions/{wanted.index(member_id)}",
            "not_found",
            gettext("This person isn’t a member of the workspace. Remove the mention."),
        )
        for member_id in wanted
        if member_id in fresh - there
    ]
    if errors:
        raise InvalidRequest(errors[0].detail, errors=errors)
    return wanted
