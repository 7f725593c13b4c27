"""The end of a gesture: versions, the feed counter, the log; and how a set reads from outside."""

import json
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg2.extras import Json, execute_values

from changes.models import Change, ChangeSet
from changes.recorder import Recorder
from workspaces.instants import format_instant


def close(
    recorder: Recorder, gesture: UUID, action: str, undoable: bool, undoes: dict[UUID, UUID]
) -> list[dict[str, Any]]:
    """Write versions, feed and log; return the sets in feed order."""
    written = {entry.stream_id for entry in recorder.entries}
    changed = sorted(written | recorder.bulk_streams | set(undoes))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if not changed:
            return []
        cursor.execute(
            "UPDATE changes_stream SET version = version + 1 WHERE id = ANY(%s::uuid[])",
            [[str(i) for i in changed]],
        )
        cursor.execute(
            "INSERT INTO changes_feed AS f (workspace_id, position, at) VALUES (%s, %s, %s)"
            " ON CONFLICT (workspace_id) DO UPDATE SET position = f.position + excluded.position,"
            " at = greatest(excluded.at, f.at + interval '1 microsecond')"
            " RETURNING position, at",
            [recorder.actor.workspace_id, len(changed), recorder.at],
        )
        last, at = cursor.fetchone()
    if at != recorder.at:
        recorder.postpone(at)
    first = last - len(changed) + 1
    sets = [
        ChangeSet(
            id=recorder.set_ids[stream_id],
            workspace_id=recorder.actor.workspace_id,
            stream_id=stream_id,
            gesture=gesture,
            version=recorder.version_of(stream_id),
            feed=first + index,
            action=action,
            actor_kind=recorder.actor.kind,
            actor_id=recorder.actor.id,
            at=recorder.at,
            undoes_id=undoes.get(stream_id),
            undoable=undoable,
            fingerprint=recorder.actor.fingerprint,
        )
        for index, stream_id in enumerate(changed)
    ]
    ChangeSet.objects.bulk_create(sets, batch_size=1000)
    _write_changes(recorder)
    return serialise(sets, recorder)


def _write_changes(recorder: Recorder) -> None:
    rows = [
        (
            recorder.actor.workspace_id,
            recorder.set_ids[entry.stream_id],
            entry.op,
            entry.model.slug,
            entry.record_id,
            Json(entry.before),
            Json(entry.after),
        )
        for entry in recorder.entries
    ]
    if not rows:
        return
    with connection.cursor() as cursor:
        execute_values(
            cursor.cursor,
            "INSERT INTO changes_change"
            " (workspace_id, set_id, op, record_type, record_id, before, after) VALUES %s",
            rows,
            page_size=1000,
        )


def serialise(sets: list[ChangeSet], recorder: Recorder | None = None) -> list[dict[str, Any]]:
    """Return change sets as API, feed and socket all send them; changes in the order written.

    Straight after writing, the changes come from the recorder, else from the log (one query).
    `changes` is null where bulk work wrote them: too many to send, to be pulled.
    """
    changes: dict[UUID, list[dict[str, Any]]] = {one.id: [] for one in sets}
    unsent = recorder.bulk_streams if recorder else set()
    if recorder is not None:
        for entry in recorder.entries:
            changes[recorder.set_ids[entry.stream_id]].append(
                _change(entry.op, entry.model.slug, entry.record_id, entry.before, entry.after)
            )
    else:
        for row in Change.objects.filter(set__in=list(changes)).order_by("id"):
            changes[row.set_id].append(
                _change(row.op, row.record_type, row.record_id, row.before, row.after)
            )
    return [
        {
            "id": str(one.id),
            "gesture": str(one.gesture),
            "stream": str(one.stream_id),
            "version": one.version,
            "feed": one.feed,
            "action": one.action,
            "actor": {"kind": one.actor_kind, "id": str(one.actor_id) if one.actor_id else None},
            "at": format_instant(one.at),
            "undoes": str(one.undoes_id) if one.undoes_id else None,
            "undoable": one.undoable,
            "changes": None if one.stream_id in unsent else changes[one.id],
        }
        for one in sets
    ]


def _change(
    op: str, slug: str, record_id: UUID, before: dict[str, Any], after: dict[str, Any]
) -> dict[str, Any]:
    # Through JSON once, so that a socket, a retry and a pull give the same bytes.
    return json.loads(
        json.dumps({"op": op, "type": slug, "id": str(record_id), "before": before, "after": after})
    )
