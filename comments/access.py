"""Access-checked lookups of comments and their subjects, and checks of authorship."""

from uuid import UUID

from django.utils.translation import gettext

from changes.access import get_record
from changes.models import Record, record_types
from comments.models import Comment
from core.actors import MODERATE, READ, Actor, Caller
from core.errors import Forbidden, NotFound


def get_comment(caller: Caller, comment_id: UUID, right: str = READ) -> Comment:
    return get_record(caller, Comment, comment_id, right, "author__user", "thread")


def get_subject(caller: Caller, slug: str, record_id: UUID, right: str = READ) -> Record:
    """Return a record of a journey to comment on.

    Raises the same errors as get_record(), and NotFound for comments and records of the directory.
    """
    model = record_types().get(slug)
    if model is None or model is Comment:
        raise NotFound
    record = get_record(caller, model, record_id, right)
    if record.stream_id == record.workspace_id:
        raise NotFound
    return record


def is_author(actor: Actor, comment: Comment) -> bool:
    return actor.member_id is not None and comment.author_id == actor.member_id


def require_author(actor: Actor, comment: Comment) -> None:
    if not is_author(actor, comment):
        raise Forbidden(gettext("Only the author of a comment can edit it."))


def require_can_remove(actor: Actor, comment: Comment) -> None:
    if not is_author(actor, comment) and not actor.can(MODERATE):
        raise Forbidden(gettext("Only the author or an admin can remove a comment."))
