"""Write the log at the end of a gesture, and read change sets in their JSON form."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from changes.models import ChangeSet
from changes.recorder import PendingChange, Recorder
from core.instants import format_instant

MAX_PAGE_CHANGES = 2_000  # changes in one page of the log, however many sets it has
MAX_PAGE_BYTES = 2_000_000
SETS_PER_QUERY = 50
ROWS_PER_FETCH = 200
ROWS_PER_INSERT = 1_000
CHANGE_OVERHEAD_BYTES = 100  # size of a change without `before` and `after`

COLUMNS = "c.set_id, c.id, c.op, c.record_type, c.record_id, c.before::text, c.after::text"


def write_change_sets(
    recorder: Recorder, gesture: UUID, action: str, undoable: bool, undoes: dict[UUID, UUID]
) -> list[dict[str, Any]]:
    """Write a gesture's changes and sets, with versions and feed positions. Return the sets.

    The feed counter is locked last, because this lock makes all writers of the workspace wait.
    """
    written = {entry.stream_id for entry in recorder.pending_changes}
    changed = sorted(written | recorder.bulk_streams | set(undoes))
    changes = _write_changes(recorder)
    with connection.cursor() as cursor:
        if not changed:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            return []
        cursor.execute(  # in one round trip, because other writers are waiting
            "SET CONSTRAINTS ALL IMMEDIATE;"
            "UPDATE changes_stream SET version = version + 1 WHERE id = ANY(%s::uuid[]);"
            "INSERT INTO changes_feedcounter AS f (workspace_id, position, at) VALUES (%s, %s, %s)"
            " ON CONFLICT (workspace_id) DO UPDATE SET position = f.position + excluded.position,"
            " at = greatest(excluded.at, f.at + interval '1 microsecond')"
            " RETURNING position, at",
            [[str(i) for i in changed], recorder.actor.workspace_id, len(changed), recorder.at],
        )
        last_position, at = cursor.fetchone()
    if at != recorder.at:
        recorder.date_after(at)
    first_position = last_position - len(changed) + 1
    sets = [
        ChangeSet(
            id=recorder.set_ids[stream_id],
            workspace_id=recorder.actor.workspace_id,
            stream_id=stream_id,
            gesture=gesture,
            version=recorder.version_of(stream_id),
            feed=first_position + index,
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
    ChangeSet.objects.bulk_create(sets, batch_size=ROWS_PER_INSERT)
    return [
        # Changes written by bulk.py are not in memory: `changes` is null, and clients pull them.
        _set_as_json(s, None if s.stream_id in recorder.bulk_streams else changes.get(s.id, []))
        for s in sets
    ]


def _write_changes(recorder: Recorder) -> dict[UUID, list[dict[str, Any]]]:
    """Insert the recorder's changes. Return them by set, in the JSON form of API and feed."""
    changes: dict[UUID, list[dict[str, Any]]] = {}
    for start in range(0, len(recorder.pending_changes), ROWS_PER_INSERT):
        rows = [
            _insert_values(recorder, entry)
            for entry in recorder.pending_changes[start : start + ROWS_PER_INSERT]
        ]
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO changes_change"
                " (workspace_id, set_id, op, record_type, record_id, before, after)"
                " SELECT %s, set_id, op, record_type, record_id, before, after"
                " FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::uuid[], %s::jsonb[],"
                " %s::jsonb[]) WITH ORDINALITY"
                " AS c(set_id, op, record_type, record_id, before, after, place) ORDER BY place",
                [recorder.actor.workspace_id, *map(list, zip(*rows, strict=True))],
            )
        for set_id, *row in rows:
            changes.setdefault(UUID(set_id), []).append(_change_as_json(*row))
    return changes


def _insert_values(recorder: Recorder, entry: PendingChange) -> tuple[str, str, str, str, str, str]:
    return (
        str(recorder.set_ids[entry.stream_id]),
        entry.op,
        entry.model.slug,
        str(entry.record_id),
        json.dumps(entry.before),
        json.dumps(entry.after),
    )


# -- reading


def load_change_sets(sets: Sequence[ChangeSet]) -> list[dict[str, Any]]:
    """Return these sets with all their changes, in the JSON form of API, feed and sockets."""
    changes: dict[UUID, list[dict[str, Any]]] = {change_set.id: [] for change_set in sets}
    for row in _iter_changes(sets):
        changes[row.set_id].append(row.as_json())
    return [_set_as_json(change_set, changes[change_set.id]) for change_set in sets]


def first_page(
    sets: Sequence[ChangeSet], types: frozenset[str] | None = None
) -> list[dict[str, Any]]:
    """Return as many of the first sets as fit in a page, by number of changes and by bytes.

    The first set is always returned. If it is larger than a page, its `changes` is None: read them
    with page_of_set(). With `types`, only changes of these record types are included.
    """
    changes: dict[UUID, list[dict[str, Any]]] = {s.id: [] for s in sets}
    size = 0
    for count, row in enumerate(_iter_changes(sets, types, MAX_PAGE_CHANGES + 1), 1):
        size += row.size
        if count > MAX_PAGE_CHANGES or size > MAX_PAGE_BYTES:
            if row.set_id == sets[0].id:
                return [_set_as_json(sets[0], None)]
            (end,) = [index for index, s in enumerate(sets) if s.id == row.set_id]
            sets = sets[:end]
            break
        changes[row.set_id].append(row.as_json())
    return [_set_as_json(s, changes[s.id]) for s in sets]


def page_of_set(
    set_id: UUID, after: int, types: frozenset[str] | None = None
) -> tuple[list[dict[str, Any]], int]:
    """Return a page of a set's changes after a position, and the position for the next page.

    Start with position 0. An empty list means that there are no more changes.
    """
    changes: list[dict[str, Any]] = []
    size = 0
    rows = _fetch(
        f"SELECT {COLUMNS} FROM changes_change c WHERE c.set_id = %s AND c.id > %s"
        " AND (%s::text[] IS NULL OR c.record_type = ANY(%s)) ORDER BY c.id LIMIT %s",
        [set_id, after, *[_type_filter(types)] * 2, MAX_PAGE_CHANGES],
    )
    for row in rows:
        size += row.size
        if changes and size > MAX_PAGE_BYTES:
            break
        changes.append(row.as_json())
        after = row.id
    return changes, after


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change as stored; `before` and `after` are JSON text."""

    set_id: UUID
    id: int
    op: str
    record_type: str
    record_id: UUID
    before: str
    after: str

    @property
    def size(self) -> int:
        return len(self.before) + len(self.after) + CHANGE_OVERHEAD_BYTES

    def as_json(self) -> dict[str, Any]:
        return _change_as_json(
            self.op, self.record_type, str(self.record_id), self.before, self.after
        )


def _iter_changes(
    sets: Sequence[ChangeSet], types: frozenset[str] | None = None, limit: int | None = None
) -> Iterator[ChangeRow]:
    """Yield the changes of these sets in order, without holding many of them in memory.

    `limit` is the largest number that the caller reads, so that PostgreSQL doesn't sort more.
    """
    for start in range(0, len(sets), SETS_PER_QUERY):
        ids = [str(s.id) for s in sets[start : start + SETS_PER_QUERY]]
        yield from _fetch(
            f"SELECT {COLUMNS} FROM unnest(%s::uuid[]) WITH ORDINALITY AS s(id, place)"
            " JOIN changes_change c ON c.set_id = s.id"
            " WHERE %s::text[] IS NULL OR c.record_type = ANY(%s)"
            " ORDER BY s.place, c.id LIMIT %s",
            [ids, *[_type_filter(types)] * 2, limit],
        )


def _fetch(query: str, values: list[Any]) -> Iterator[ChangeRow]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, values)
        while rows := cursor.fetchmany(ROWS_PER_FETCH):
            for row in rows:
                yield ChangeRow(*row)


def _type_filter(types: frozenset[str] | None) -> list[str] | None:
    return None if types is None else sorted(types)


def _set_as_json(change_set: ChangeSet, changes: list[dict[str, Any]] | None) -> dict[str, Any]:
    return {
        "id": str(change_set.id),
        "gesture": str(change_set.gesture),
        "stream": str(change_set.stream_id),
        "version": change_set.version,
        "feed": change_set.feed,
        "action": change_set.action,
        "actor": {
            "kind": change_set.actor_kind,
            "id": str(change_set.actor_id) if change_set.actor_id else None,
        },
        "at": format_instant(change_set.at),
        "undoes": str(change_set.undoes_id) if change_set.undoes_id else None,
        "undoable": change_set.undoable,
        "changes": changes,
    }


def _change_as_json(
    op: str, record_type: str, record_id: str, before: str, after: str
) -> dict[str, Any]:
    # Always parsed from JSON text, so that sockets, retries and pulls return the same bytes.
    return {
        "op": op,
        "type": record_type,
        "id": record_id,
        "before": json.loads(before),
        "after": json.loads(after),
    }
