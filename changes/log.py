"""Write the log at the end of a gesture, and read change sets in their JSON form."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from changes.models import PERSON_ACTOR_KINDS, ChangeSet
from changes.recorder import PendingChange, Recorder
from core.clock import chosen_moment
from core.instants import format_instant

MAX_PAGE_CHANGES = 2_000  # changes in one page of the log, however many sets it has
MAX_PAGE_BYTES = 2_000_000
SETS_PER_QUERY = 50
ROWS_PER_FETCH = 200
ROWS_PER_INSERT = 1_000
CHANGE_OVERHEAD_BYTES = 100  # size of a change without `before` and `after`
LARGE_GESTURE_CHANGES = 500  # number of records from which dating them again takes noticeable time
RECORDS_DATED_PER_SECOND = 10_000  # a cautious estimate

COLUMNS = "c.set_id, c.id, c.op, c.record_type, c.record_id, c.before::text, c.after::text"


def write_change_sets(
    recorder: Recorder, gesture: UUID, action: str, undoable: bool, undoes: dict[UUID, UUID]
) -> list[dict[str, Any]]:
    """Write a gesture's change sets with their changes. Return the change sets as JSON.

    Each set gets the next version of its stream and the next position in the feed. The `changes` of
    a set are None if bulk.py has written some. The feed counter is locked last, because this lock
    makes all writers of the workspace wait.
    """
    types = recorder.changed_types()
    changed = sorted(set(types) | set(undoes))
    rows = [_insert_values(recorder, entry) for entry in recorder.pending_changes]
    unwritten = rows
    if recorder.written_count >= LARGE_GESTURE_CHANGES:
        for start in range(0, len(rows), ROWS_PER_INSERT):
            _insert_changes(recorder, rows[start : start + ROWS_PER_INSERT])
        if not chosen_moment():
            _date_ahead(recorder)
        unwritten = []
    sets = [
        ChangeSet(
            id=recorder.set_ids[stream_id],
            workspace_id=recorder.actor.workspace_id,
            stream_id=stream_id,
            gesture=gesture,
            version=recorder.version_of(stream_id),
            action=action,
            actor_kind=recorder.actor.kind,
            actor_id=recorder.actor.id,
            undoes_id=undoes.get(stream_id),
            undoable=undoable,
            types=types.get(stream_id, []),
            fingerprint=recorder.actor.fingerprint,
        )
        for stream_id in changed
    ]
    _insert_sets(recorder, sets, unwritten)
    changes: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for set_id, *row in rows:
        changes[UUID(set_id)].append(_change_as_json(*row))
    return [
        # Changes written by bulk.py are not in memory: `changes` is null, and clients pull them.
        _set_as_json(s, None if s.stream_id in recorder.bulk_types else changes[s.id])
        for s in sets
    ]


InsertRow = tuple[str, str, str, str, str, str]
INSERT_CHANGES = """
INSERT INTO changes_change (workspace_id, set_id, op, record_type, record_id, before, after)
  SELECT %(workspace)s, set_id, op, record_type, record_id, before, after
  FROM unnest(%(sets_of)s::uuid[], %(ops)s::text[], %(types)s::text[], %(records)s::uuid[],
    %(before)s::jsonb[], %(after)s::jsonb[]) WITH ORDINALITY
    AS c (set_id, op, record_type, record_id, before, after, place)
  ORDER BY place;
"""
CHECK_CONSTRAINTS = "SET CONSTRAINTS ALL IMMEDIATE;"
# From the feed counter on, other writers of the workspace are waiting.
INSERT_SETS = """
UPDATE changes_stream SET version = version + 1,
    changed_at = coalesce(%(changed_at)s::timestamptz, changed_at)
  WHERE id = ANY(%(streams)s::uuid[]);
WITH counter AS (
  INSERT INTO changes_feedcounter AS f (workspace_id, position, at)
    VALUES (%(workspace)s, %(count)s, %(at)s)
    ON CONFLICT (workspace_id) DO UPDATE SET position = f.position + excluded.position,
      at = greatest(excluded.at, f.at + interval '1 microsecond')
    RETURNING position, at)
INSERT INTO changes_changeset (id, workspace_id, stream_id, gesture, version, feed, action,
    actor_kind, actor_id, at, undoes_id, undoable, types, fingerprint)
  SELECT s.id, %(workspace)s, s.stream_id, %(gesture)s, s.version,
    counter.position - %(count)s + s.place, %(action)s, %(actor_kind)s, %(actor_id)s, counter.at,
    s.undoes_id, %(undoable)s, string_to_array(s.types, ','), %(fingerprint)s
  FROM counter, unnest(%(sets)s::uuid[], %(streams)s::uuid[], %(versions)s::bigint[],
    %(undoes)s::uuid[], %(types_of_sets)s::text[])
    WITH ORDINALITY AS s (id, stream_id, version, undoes_id, types, place)
  RETURNING feed, at;
"""


def _insert_changes(recorder: Recorder, rows: Sequence[InsertRow]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(INSERT_CHANGES, _change_parameters(recorder, rows))


def _insert_sets(
    recorder: Recorder, sets: Sequence[ChangeSet], unwritten: Sequence[InsertRow]
) -> None:
    """Insert the sets and the changes not written yet, in one round trip, and number the sets."""
    with connection.cursor() as cursor:
        if not sets:
            cursor.execute(CHECK_CONSTRAINTS)
            return
        cursor.execute(
            INSERT_CHANGES + CHECK_CONSTRAINTS + INSERT_SETS,
            _change_parameters(recorder, unwritten) | _set_parameters(recorder, sets),
        )
        numbered = cursor.fetchall()
    first_position, at = min(numbered)
    if at != recorder.at:
        recorder.date_as(at)
    for index, change_set in enumerate(sets):
        change_set.feed, change_set.at = first_position + index, at


def _change_parameters(recorder: Recorder, rows: Sequence[InsertRow]) -> dict[str, Any]:
    names = ("sets_of", "ops", "types", "records", "before", "after")
    columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * len(names)
    return {
        "workspace": recorder.actor.workspace_id,
        **dict(zip(names, columns, strict=True)),
    }


def _set_parameters(recorder: Recorder, sets: Sequence[ChangeSet]) -> dict[str, Any]:
    return {
        "at": recorder.at,
        "changed_at": recorder.at if recorder.actor.kind in PERSON_ACTOR_KINDS else None,
        "count": len(sets),
        "sets": [str(s.id) for s in sets],
        "streams": [str(s.stream_id) for s in sets],
        "versions": [s.version for s in sets],
        "undoes": [s.undoes_id and str(s.undoes_id) for s in sets],
        "types_of_sets": [",".join(s.types) for s in sets],
        **{
            name: getattr(sets[0], name)
            for name in (
                "gesture",
                "action",
                "actor_kind",
                "actor_id",
                "undoable",
                "fingerprint",
            )
        },
    }


def _date_ahead(recorder: Recorder) -> None:
    """Give a large gesture a later time before it locks the feed counter, if others were recorded meanwhile.

    Its records must be later than those gestures, and updating the time of many records takes long.
    The new time is ahead of the clock by about the duration of this update, so that gestures
    recorded during the update are earlier as well. Gestures recorded between the lock and the new
    time are dated just after the new time.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE;"
            "SELECT clock_timestamp() FROM changes_feedcounter WHERE workspace_id = %s AND at >= %s",
            [recorder.actor.workspace_id, recorder.at],
        )
        overtaken = cursor.fetchone()
    if overtaken:
        seconds = recorder.written_count / RECORDS_DATED_PER_SECOND
        recorder.date_as(overtaken[0] + timedelta(seconds=seconds))


def _insert_values(recorder: Recorder, entry: PendingChange) -> InsertRow:
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
    """Return these sets with all their changes, in the JSON form that API, feed and sockets send."""
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
    workspace_id: UUID, set_id: UUID, after: int, types: frozenset[str] | None = None
) -> tuple[list[dict[str, Any]], int]:
    """Return a page of a set's changes after a position, and the position for the next page.

    Start with position 0. An empty list means that there are no more changes.
    """
    changes: list[dict[str, Any]] = []
    size = 0
    rows = _fetch(
        f"SELECT {COLUMNS} FROM changes_change c WHERE c.workspace_id = %s AND c.set_id = %s"
        " AND c.id > %s AND (%s::text[] IS NULL OR c.record_type = ANY(%s))"
        " ORDER BY c.id LIMIT %s",
        [workspace_id, set_id, after, *[_type_filter(types)] * 2, MAX_PAGE_CHANGES],
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
    """Yield the changes of these sets in order, without loading many at once.

    All sets must be of one workspace. `limit` is the maximum number of changes that the caller will read of
    each set. The lateral subquery makes PostgreSQL use the primary key regardless of its statistics.
    """
    for start in range(0, len(sets), SETS_PER_QUERY):
        ids = [str(s.id) for s in sets[start : start + SETS_PER_QUERY]]
        yield from _fetch(
            f"SELECT {COLUMNS} FROM unnest(%s::uuid[]) WITH ORDINALITY AS s(id, place)"
            " CROSS JOIN LATERAL (SELECT * FROM changes_change"
            "  WHERE workspace_id = %s AND set_id = s.id"
            "  AND (%s::text[] IS NULL OR record_type = ANY(%s)) ORDER BY id LIMIT %s) AS c"
            " ORDER BY s.place, c.id LIMIT %s",
            [ids, sets[0].workspace_id, *[_type_filter(types)] * 2, limit, limit],
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
