"""Access-checked lookups of records, streams and change sets by id."""

from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet

from changes.models import ChangeSet, Record, Stream
from changes.stream_kinds import stream_kinds
from core.actors import READ, Caller
from core.errors import NotFound
from core.tenancy import ensure_tenant_scope

R = TypeVar("R", bound=Record)


def get_record(
    caller: Caller, model: type[R], record_id: UUID, right: str = READ, *related: str
) -> R:
    """Return a record of one of the caller's workspaces. `related` names foreign keys to join.

    Raise NotFound if the record doesn't exist or belongs to another workspace, so that callers
    can't find out which ids exist. Raise Forbidden if the caller lacks the right.
    """
    with ensure_tenant_scope(caller.workspace_ids):
        rows: QuerySet[R] = model.objects.filter(  # type: ignore[assignment]
            pk=record_id, workspace__in=caller.workspace_ids
        )
        row = rows.select_related(*related).first()
    if row is None:
        raise NotFound
    caller.actor_for(row.workspace_id).require(right)
    return row


def get_stream(
    caller: Caller, stream_id: UUID, right: str = READ, *, kind: str | None = None
) -> Stream:
    """Return a stream of one of the caller's workspaces; with `kind`, only of that kind.

    The app that declares the kind decides who may enter the stream. Raises the same errors as get_record().
    """
    with ensure_tenant_scope(caller.workspace_ids):
        row = Stream.objects.filter(pk=stream_id, workspace__in=caller.workspace_ids).first()
        if row is None or row.kind not in stream_kinds() or kind not in (None, row.kind):
            raise NotFound
        stream_kinds()[row.kind].require_access(caller, row, right)
    return row


def require_directory_access(caller: Caller, stream: Stream, right: str) -> None:
    """Raise Forbidden unless the caller has the right in the workspace of this directory stream.

    Raise NotFound if the caller can't enter the workspace.
    """
    caller.actor_for(stream.workspace_id).require(right)


def get_change_set(caller: Caller, set_id: UUID, right: str = READ) -> ChangeSet:
    """Return a change set by its id. Raises the same errors as get_record()."""
    with ensure_tenant_scope(caller.workspace_ids):
        row = ChangeSet.objects.filter(id=set_id, workspace__in=caller.workspace_ids).first()
    if row is None:
        raise NotFound
    caller.actor_for(row.workspace_id).require(right)
    return row
