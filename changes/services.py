"""change_set() writes a change set, apply_ops() a gesture of generic ops, undo() takes a set back.

restore() brings a version back, version_create_name() gives one a name.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import Error, IntegrityError, connection, transaction

from changes.edit_locks import EditLockGuard
from changes.integrity_errors import conflict_from_integrity_error
from changes.log import load_change_sets, write_change_sets
from changes.models import ChangeSet, NamedVersion, Stream
from changes.ops import Op, OpApplier, action_name
from changes.publish import publish_change_sets
from changes.recorder import Recorder
from changes.restore import write_restore
from changes.undo import check_undoable, sets_of_gesture, write_inverse
from core.actors import DRAW, Actor
from core.errors import InvalidRequest, NotFound, Unprocessable, app_error_from_database
from core.ids import uuid7
from core.tenancy import ensure_tenant_scope, set_tenant_scope

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


class AlreadyRecorded(Exception):  # noqa: N818  (an answer, not an error)
    """The gesture was done before: the stored sets are the answer to give again."""

    def __init__(self, sets: list[dict[str, Any]]) -> None:
        super().__init__("This gesture was recorded before.")
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
    """Write one gesture as one durable transaction, never nested.

    1. Lock the stream rows, by id; one that is absent or another tenant's is NotFound. With none
       (the body opens a new stream) the gesture itself is locked.
    2. Was the actor's gesture recorded before? Same fingerprint: Replayed; other: Unprocessable.
    3. The body writes through the Recorder, which reads under the lock what it changes.
    4. Check references (tenancy), the sizes of streams and all constraints.
    5. Write the changes; each changed stream's version += 1. Last, because it queues all writers
       of the workspace: the feed counter and the sets that it numbers. COMMIT.
    6. After it: sockets and followers are told (announce).

    A body that changed nothing records nothing. `undoes` maps a stream to the set undone in it;
    there the set is written even when it is empty, because it says that the other is undone.
    After the block `recorder.sets` holds the committed sets, one per stream that changed.
    """
    gesture = actor.gesture or uuid7()
    try:
        with transaction.atomic(durable=True):
            recorder = _open(streams, actor, gesture)
            yield recorder
            recorder.check_references()
            recorder.check_limits()
            recorder.sets = write_change_sets(recorder, gesture, action, undoable, undoes or {})
            if recorder.sets:
                transaction.on_commit(
                    lambda: publish_change_sets(actor.workspace_id, recorder.sets), robust=True
                )
    except IntegrityError as error:
        raise conflict_from_integrity_error(error) from error
    except Error as error:
        # It may have died after COMMIT: only the gesture's id tells, so a retry must carry it.
        refusal = app_error_from_database(
            error, "Send the same request again, under the same id: it is done once."
        )
        if refusal is None:
            raise
        raise refusal from error


def _open(streams: Iterable[UUID], actor: Actor, gesture: UUID) -> Recorder:
    set_tenant_scope([actor.workspace_id], writing=gesture)
    wanted = sorted(set(streams))
    if actor.workspace_id in wanted:
        _ensure_directory_stream(actor.workspace_id)
    if not wanted:
        _lock_gesture(gesture)
    locked = list(
        Stream.objects.filter(id__in=wanted).order_by("id").select_for_update(no_key=True)
    )
    if len(locked) != len(wanted):
        raise NotFound
    seen = _sets_of(actor.workspace_id, gesture)
    if seen:
        if seen[0].fingerprint != actor.fingerprint or seen[0].actor_id != actor.id:
            raise Unprocessable(
                "This Idempotency-Key (or id) was used for another request. Send a new one."
            )
        raise AlreadyRecorded(load_change_sets(seen))
    if actor.precondition is not None:
        actor.precondition()
    with connection.cursor() as cursor:
        # After the locks, so that the clock of a stream never runs backwards.
        cursor.execute("SELECT clock_timestamp()")
        (at,) = cursor.fetchone()
    return Recorder(actor, locked, at)


def recorded(actor: Actor) -> list[dict[str, Any]]:
    """Return what the actor's request did when it was sent before under its gesture; or nothing."""
    if actor.gesture is None:
        return []
    with ensure_tenant_scope([actor.workspace_id]):
        seen = _sets_of(actor.workspace_id, actor.gesture)
        same = seen and (seen[0].fingerprint, seen[0].actor_id) == (actor.fingerprint, actor.id)
        return load_change_sets(seen) if same else []


def _sets_of(workspace_id: UUID, gesture: UUID) -> list[ChangeSet]:
    sets = ChangeSet.objects.filter(workspace_id=workspace_id, gesture=gesture)
    return list(sets.order_by("feed"))


def _lock_gesture(gesture: UUID) -> None:
    """Let the same gesture, sent twice at once, wait for the first where no stream makes it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('cxmap.gesture:' || %s, 0))",
            [str(gesture)],
        )


def _ensure_directory_stream(workspace_id: UUID) -> None:
    """Make sure that the workspace's directory has its stream; most times it has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO changes_stream (id, workspace_id, version) SELECT %(w)s, %(w)s, 0"
            " WHERE NOT EXISTS (SELECT 1 FROM changes_stream WHERE id = %(w)s)"
            " ON CONFLICT DO NOTHING",
            {"w": workspace_id},
        )


def apply_ops(stream_id: UUID, ops: list[Op], *, actor: Actor) -> Recorder:
    """Apply a gesture of ops to one stream, all or nothing; needs each type's right and scope.

    Locked where it would change what is locked. Return the recorder: its `sets` are what was
    committed. The log's action is `stage.move` and the like, or `edit` for a gesture of several
    kinds.
    """
    for model in {op.model for op in ops}:
        actor.require(model.required_right, f"{model.scope}:write")
    with change_set([stream_id], action=action_name(ops), actor=actor) as recorder:
        OpApplier(recorder, stream_id).apply(ops)
    return recorder


def undo(gesture: UUID, *, actor: Actor) -> Recorder:
    """Take back a gesture in all its streams, as a new change set; redo is undoing the undo.

    Anybody with the right to make the change may take it back. What somebody changed since is
    left alone and listed in the recorder's `skipped_fields`. Conflict `not-undoable` says why not;
    Locked where it would change what is locked by now.
    """
    with ensure_tenant_scope([actor.workspace_id]):
        sets = sets_of_gesture(actor, gesture)
    undoes = {one.stream_id: one.id for one in sets}
    with change_set(undoes, action="undo", actor=actor, undoes=undoes) as recorder:
        check_undoable(actor, sets)
        locks = EditLockGuard(recorder)
        write_inverse(recorder, sets)
        locks.check()
    return recorder


def restore(stream_id: UUID, version: int, *, actor: Actor) -> Recorder:
    """Bring what ops can write back to what it was at a version, as a new set `journey.restore`.

    What is missing is added under its old id, what came since is removed; ownership, flags,
    comments, named versions and locks stay as they are, but for what hangs on a stage that goes.
    Needs `draw` and the right of each type it writes. Invalid for a version that is not there
    yet; Conflict `not-restorable` names what stands in the way, Locked what is locked.
    """
    actor.require(DRAW)
    with change_set([stream_id], action="journey.restore", actor=actor) as recorder:
        require_existing_version(recorder.streams[stream_id], version, "/version")
        locks = EditLockGuard(recorder)
        write_restore(recorder, stream_id, version)
        locks.check()
    return recorder


def version_create_name(stream_id: UUID, *, name: str, number: int, actor: Actor) -> NamedVersion:
    """Give a version of a stream a name; needs `draw`; logs `version.name`.

    Invalid for a version that is not there yet; Conflict when the name is taken.
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
    """Raise Invalid unless the stream has had this version."""
    if not 1 <= version <= stream.version:
        raise InvalidRequest.at(pointer, "range", f"Send a version from 1 to {stream.version}.")
