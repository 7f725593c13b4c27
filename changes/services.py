"""The write services of the log.

change_set() writes a change set, apply_ops() applies a gesture of generic ops, undo() undoes a
gesture, restore() returns to a version, and version_create_name() gives a version a name.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from uuid import UUID

from django.db import Error, IntegrityError, connection, transaction
from django.utils.translation import gettext

from changes.edit_locks import EditLockGuard, locked_types_sql
from changes.integrity_errors import conflict_from_integrity_error
from changes.log import load_change_sets, write_change_sets
from changes.models import ChangeSet, NamedVersion, Stream
from changes.ops import Op, OpApplier, action_name
from changes.publish import publish_change_sets
from changes.recorder import ENSURE_DIRECTORY_STREAM, Recorder
from changes.restore import write_restore
from changes.stream_kinds import DIRECTORY
from changes.undo import check_undoable, sets_of_gesture, write_inverse
from core.actors import DRAW, Actor
from core.clock import chosen_moment
from core.errors import InvalidRequest, NotFound, Unprocessable, app_error_from_database
from core.ids import uuid7
from core.tenancy import SET_TENANT_SCOPE, ensure_tenant_scope, tenant_scope_parameters

__all__ = [
    "Recorder",
    "AlreadyRecorded",
    "apply_ops",
    "change_set",
    "recorded",
    "restore",
    "undo",
    "version_create_name",
]


class AlreadyRecorded(Exception):  # noqa: N818  (a result, not an error)
    """The gesture was already recorded. `sets` are its change sets, for the repeated response."""

    def __init__(self, sets: list[dict[str, Any]]) -> None:
        super().__init__(gettext("This gesture was already recorded."))
        self.sets = sets


@contextmanager
def change_set(
    streams: Iterable[UUID],
    *,
    action: str,
    actor: Actor,
    undoable: bool = True,
    undoes: dict[UUID, UUID] | None = None,
) -> Iterator[Recorder]:
    """Write one gesture in one durable transaction, which can't be nested.

    1. Lock the stream rows, ordered by id. Raise NotFound if one doesn't exist or belongs to
       another tenant. Without streams (if the body creates one), lock the gesture itself.
    2. Check whether the actor's gesture was recorded before. If so, raise AlreadyRecorded if
       the fingerprint is the same, otherwise Unprocessable.
    3. Run the body. It writes through the Recorder, which reads the rows to change under the lock.
    4. Check references (tenancy), the sizes of streams and all constraints.
    5. Write the changes and increment the version of each changed stream. Last, increment the
       feed counter and write the sets, because that makes all writers of the workspace wait.
       COMMIT.
    6. After the commit, notify sockets and followers (publish).

    If the body changes nothing, nothing is recorded. `undoes` maps a stream to the set that is
    undone in it. The new set is written even if it is empty, because it marks the other one as
    undone. After the block, `recorder.sets` has the committed sets, one for each changed stream.
    """
    gesture = actor.gesture or uuid7()
    try:
        with transaction.atomic(durable=True):
            recorder = _open(streams, actor, gesture)
            yield recorder
            recorder.check_references()
            recorder.check_streams()
            recorder.sets = write_change_sets(recorder, gesture, action, undoable, undoes or {})
            if recorder.sets:
                transaction.on_commit(
                    lambda: publish_change_sets(actor.workspace_id, recorder.sets), robust=True
                )
    except IntegrityError as error:
        raise conflict_from_integrity_error(error) from error
    except Error as error:
        # The connection may have failed after COMMIT. Only the gesture's id shows whether it was recorded, so a
        # retry must have the same id.
        app_error = app_error_from_database(
            error, gettext("Send the same request again with the same id. It is applied only once.")
        )
        if app_error is None:
            raise
        raise app_error from error


# In one round trip. The last statement sees what was committed while the lock was awaited, so that
# times in a stream never go backwards, and the second of two concurrent duplicates sees the first.
LOCK_STREAMS = """
SELECT FROM changes_stream WHERE id = ANY(%(streams)s::uuid[]) ORDER BY id FOR NO KEY UPDATE;
"""
# For a gesture that has no stream yet: a concurrent duplicate waits for it.
LOCK_GESTURE = """
SELECT pg_advisory_xact_lock(hashtextextended('cxmap.gesture:' || %(tenant_change_set)s, 0));
"""
READ_LOCKED = """
SELECT coalesce(%(chosen_at)s::timestamptz, clock_timestamp()), EXISTS (SELECT FROM changes_changeset
  WHERE workspace_id = %(workspace)s AND gesture = %(gesture)s), ARRAY({locked_types}), {columns}
FROM (SELECT) AS gesture LEFT JOIN changes_stream stream ON stream.id = ANY(%(streams)s::uuid[])
ORDER BY stream.id
"""


def _open(streams: Iterable[UUID], actor: Actor, gesture: UUID) -> Recorder:
    stream_ids = set(streams)
    has_directory = actor.workspace_id in stream_ids
    with connection.cursor() as cursor:
        cursor.execute(
            SET_TENANT_SCOPE
            + (ENSURE_DIRECTORY_STREAM if has_directory else "")
            + (LOCK_STREAMS if stream_ids else LOCK_GESTURE)
            + _read_locked_sql(),
            {
                **tenant_scope_parameters([actor.workspace_id], writing=gesture),
                "workspace": actor.workspace_id,
                "directory": DIRECTORY,
                "streams": [str(stream_id) for stream_id in stream_ids],
                "gesture": actor.gesture,
                "chosen_at": chosen_moment(),
            },
        )
        rows = cursor.fetchall()
    at, is_recorded, locked_types = rows[0][:3]
    names = [field.attname for field in Stream._meta.concrete_fields]
    locked = [Stream.from_db("default", names, row[3:]) for row in rows if row[3]]
    if len(locked) != len(stream_ids):
        raise NotFound
    if is_recorded:
        raise _replay_of(actor, gesture)
    if actor.precondition is not None:
        actor.precondition()
    return Recorder(actor, locked, at, locked_types)


@cache
def _read_locked_sql() -> str:
    columns = ", ".join(f"stream.{field.column}" for field in Stream._meta.concrete_fields)
    return READ_LOCKED.format(locked_types=locked_types_sql(), columns=columns)


def _replay_of(actor: Actor, gesture: UUID) -> Exception:
    """Return AlreadyRecorded for a repeated request, or Unprocessable for a different one."""
    sets = _sets_of(actor.workspace_id, gesture)
    if (sets[0].fingerprint, sets[0].actor_id) == (actor.fingerprint, actor.id):
        return AlreadyRecorded(load_change_sets(sets))
    return Unprocessable(
        gettext(
            "This Idempotency-Key (or id) was already used for a different request. Send a new one."
        )
    )


def recorded(actor: Actor) -> list[dict[str, Any]]:
    """Return the change sets of an earlier, identical request with the actor's gesture, if any."""
    if actor.gesture is None:
        return []
    with ensure_tenant_scope([actor.workspace_id]):
        sets = _sets_of(actor.workspace_id, actor.gesture)
        is_same = sets and (sets[0].fingerprint, sets[0].actor_id) == (actor.fingerprint, actor.id)
        return load_change_sets(sets) if is_same else []


def _sets_of(workspace_id: UUID, gesture: UUID) -> list[ChangeSet]:
    sets = ChangeSet.objects.filter(workspace_id=workspace_id, gesture=gesture)
    return list(sets.order_by("feed"))


def apply_ops(stream_id: UUID, ops: list[Op], *, actor: Actor) -> Recorder:
    """Apply a gesture's ops to one stream: all of them, or none. Return the recorder.

    Requires the right and scope of each type. Raise Locked if a locked record would be changed. The
    recorder's `sets` are the committed sets. Logs an action such as `stage.move`, or `edit` for a
    gesture with different kinds of ops.
    """
    for model in {op.model for op in ops}:
        actor.require(model.required_right, f"{model.scope}:write")
    with change_set([stream_id], action=action_name(ops), actor=actor) as recorder:
        OpApplier(recorder, stream_id).apply(ops)
    return recorder


def undo(gesture: UUID, *, actor: Actor) -> Recorder:
    """Undo a gesture in all its streams, as a new change set. To redo, undo the undo.

    Anyone who may make the change may undo it. Fields that were changed since keep their value and
    are listed in the recorder's `skipped_fields`. Raise Conflict `not-undoable`, with the reason,
    if the gesture can't be undone, and Locked if a record that is now locked would be changed.
    """
    with ensure_tenant_scope([actor.workspace_id]):
        sets = sets_of_gesture(actor, gesture)
    undoes = {s.stream_id: s.id for s in sets}
    with change_set(undoes, action="undo", actor=actor, undoes=undoes) as recorder:
        check_undoable(actor, sets)
        locks = EditLockGuard(recorder)
        write_inverse(recorder, sets)
        locks.check()
    return recorder


def restore(stream_id: UUID, version: int, *, actor: Actor) -> Recorder:
    """Restore all records that ops can write to their state at a version. Logs `journey.restore`.

    Missing records are added with their old ids, and later ones are removed. Directorships, flags,
    comments, named versions and locks stay as they are, unless their record is removed.

    Requires `draw` and the right of each written type. Raise InvalidRequest if the version doesn't
    exist yet, Conflict `not-restorable` with the reason, and Locked if a locked record would be
    changed.
    """
    actor.require(DRAW)
    with change_set([stream_id], action="journey.restore", actor=actor) as recorder:
        require_existing_version(recorder.streams[stream_id], version, "/version")
        locks = EditLockGuard(recorder)
        write_restore(recorder, stream_id, version)
        locks.check()
    return recorder


def version_create_name(stream_id: UUID, *, name: str, number: int, actor: Actor) -> NamedVersion:
    """Name a version of a stream. Requires `draw`. Logs `version.name`.

    Raise InvalidRequest if the version doesn't exist yet, and Conflict if the name is taken.
    """
    actor.require(DRAW)
    with change_set([stream_id], action="version.name", actor=actor) as recorder:
        require_existing_version(recorder.streams[stream_id], number, "/number")
        return recorder.add(
            NamedVersion(
                stream_id=stream_id,
                name=name,
                number=number,
                made_by_id=actor.member_id,
                made_at=recorder.at,
            )
        )


def require_existing_version(stream: Stream, version: int, pointer: str) -> None:
    """Raise InvalidRequest if the stream has not reached this version."""
    if not 1 <= version <= stream.version:
        raise InvalidRequest.at(
            pointer,
            "range",
            gettext("Send a version from 1 to {version}.").format(version=stream.version),
        )
