"""Bulk upsert of touchpoints from other systems, by (source, external id).

`source_updated_at` decides which data wins: older data never overwrites newer data, and repeating a
sync changes nothing. Payloads that set the same fields at different times lead to the same rows in
whatever order or batches they arrive. If two payloads have the same time, the one that arrives
later wins, because some sources have timestamps in whole seconds and make two corrections within
one second.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from changes.bulk import copy_rows, create_staging_table, insert_staged, update_staged
from changes.models import Change, Record, Stream, logged_fields
from changes.services import AlreadyRecorded, Recorder, change_set, recorded
from core import fractional_index
from core.actors import DRAW, Actor
from core.errors import Unprocessable
from core.ids import uuid7
from core.tenancy import tenant_scope
from journeys.models import Stage, Step
from people.models import Department
from touchpoints.models import Channel, Touchpoint
from touchpoints.sync_payloads import CLOCK_SKEW, ExistingRow, SyncItem, read_items
from touchpoints.sync_placement import PlacementResolver

RESULTS = ("created", "updated", "unchanged", "stale", "failed")
EARLIEST = datetime.min.replace(tzinfo=UTC)
Cell = tuple[UUID, UUID]  # step and lane


def touchpoints_sync(*, items: Sequence[Any], actor: Actor, atomic: bool = False) -> dict[str, Any]:
    """Create or update touchpoints. Return `{"summary", "results"}`, in the order of the items.

    Requires `draw`. An item that is invalid or has no valid place fails on its own. With `atomic`,
    such an item raises Unprocessable instead, and nothing is written. Raises AlreadySynced if the gesture was
    recorded before. Locks the journeys concerned. Logs `touchpoint.sync`, which can't be undone.
    """
    actor.require(DRAW)
    read = read_items(items)
    if sets := recorded(actor):
        raise _earlier_response(read, sets, actor)
    with tenant_scope([actor.workspace_id]):
        streams = _streams(read, actor.workspace_id)
    if any(item.is_open for item in read):
        try:
            with change_set(
                streams, action="touchpoint.sync", actor=actor, undoable=False
            ) as recorder:
                TouchpointSync(recorder, [item for item in read if item.is_open]).run()
                _fail_all(read, atomic)
        except AlreadyRecorded as replay:
            raise _earlier_response(read, replay.sets, actor) from None
    _fail_all(read, atomic)
    return build_response(read)


class AlreadySynced(Exception):  # noqa: N818  (a response, not an error)
    """The gesture was already recorded, in these change sets (`sets`).

    `body` is the response to return again.
    """

    def __init__(self, body: dict[str, Any], sets: list[dict[str, Any]]) -> None:
        super().__init__("This gesture was recorded before.")
        self.body = body
        self.sets = sets


def build_response(items: Sequence[SyncItem]) -> dict[str, Any]:
    counted = Counter([item.result for item in items])
    summary = {kind: counted[kind] for kind in RESULTS}
    return {"summary": summary, "results": [item.as_result() for item in items]}


def _fail_all(items: Sequence[SyncItem], atomic: bool) -> None:
    errors = [error for item in items for error in item.errors]
    if atomic and errors:
        raise Unprocessable(
            f"Nothing was written because of {len(errors)} error{'s' * (len(errors) != 1)}."
            " Correct the items, or send them without `atomic`.",
            code="batch-rejected",
            errors=errors,
        )


def _streams(items: Sequence[SyncItem], workspace_id: UUID) -> set[UUID]:
    """Return the ids of the journeys in which the items are.

    If an item names neither a stage nor a step, its journey is that of the existing touchpoint, if
    there is one. Items that name a missing stage or step are marked as failed.
    """
    undecided = [item for item in items if item.is_open]
    streams_by_type = {
        name: _streams_by_record(model, undecided, name)
        for name, model in (("stage", Stage), ("step", Step))
    }
    without_parent, streams = [], set()
    for item in undecided:
        parent = next((name for name in streams_by_type if name in item.parents), None)
        if parent is None:
            without_parent.append(item)
        elif item.parents[parent] in streams_by_type[parent]:
            streams.add(streams_by_type[parent][item.parents[parent]])
        else:
            item.fail_not_found(parent)
    return streams | {row.stream_id for row in _existing(without_parent, workspace_id).values()}


def _streams_by_record(
    model: type[Record], items: Iterable[SyncItem], name: str
) -> dict[UUID, UUID]:
    """Return the streams of the records that the items name, by record id.

    Records of other workspaces are left out.
    """
    ids = {item.parents[name] for item in items if name in item.parents}
    return dict(model.objects.filter(pk__in=ids).values_list("pk", "stream_id")) if ids else {}


def _existing(items: Sequence[SyncItem], workspace_id: UUID) -> dict[tuple[str, str], ExistingRow]:
    """Return the existing touchpoints of these items, by (source, external id). Runs at most one query."""
    if not items:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.source, t.external_id, t.id::text, t.stream_id::text, t.step_id::text,"
            " t.lane_id::text, t.version, t.source_updated_at, t.payload_hash"
            " FROM unnest(%s::text[], %s::text[]) AS k(source, external_id)"
            " JOIN touchpoints_touchpoint t USING (source, external_id)"
            " WHERE t.workspace_id = %s AND t.external_id <> ''",
            [[i.source for i in items], [i.external_id for i in items], workspace_id],
        )
        existing = cursor.fetchall()
    known: dict[str, UUID] = {}  # thousands of rows share a few streams, steps and lanes
    rows = {}
    for source, external_id, row_id, *places, version, at, digest in existing:
        stream_id, step_id, lane_id = (
            known.get(text) or _cached_uuid(known, text) for text in places
        )
        rows[source, external_id] = ExistingRow(
            row_id, stream_id, step_id, lane_id, version, at, digest
        )
    return rows


def _cached_uuid(known: dict[str, UUID], text: str) -> UUID:
    known[text] = UUID(text)
    return known[text]


def _earlier_response(
    items: Sequence[SyncItem], sets: list[dict[str, Any]], actor: Actor
) -> AlreadySynced:
    """Return an AlreadySynced with the response to a recorded gesture, rebuilt from its change sets.

    The results of items that the gesture didn't write are determined again from the current data.
    """
    versions = {
        change["id"]: (change["op"], recorded_set["version"])
        for recorded_set in sets
        for change in recorded_set["changes"]
        if change["type"] == Touchpoint.slug
    }
    with tenant_scope([actor.workspace_id]):
        ids = _keys_of(actor.workspace_id, versions)
        for item in items:
            if item.is_open and item.key in ids:
                item.id = ids[item.key]
                op, item.version = versions[item.id]
                item.result = "created" if op == Change.Op.ADD else "updated"
        _decide_unwritten([item for item in items if item.is_open], actor)
    return AlreadySynced(build_response(items), sets)


def _keys_of(workspace_id: UUID, ids: Iterable[str]) -> dict[tuple[str, str], str]:
    """Return the ids of touchpoints by (source, external id). Includes removed touchpoints."""
    rows = Touchpoint.objects.filter(pk__in=ids).values_list("pk", "source", "external_id")
    removals = Change.objects.filter(
        workspace_id=workspace_id, record_id__in=ids, op=Change.Op.REMOVE
    )
    before = removals.values_list("record_id", "before__source", "before__external_id")
    return {(source, external_id): str(pk) for pk, source, external_id in (*before, *rows)}


def _decide_unwritten(items: list[SyncItem], actor: Actor) -> None:
    """Set the results of items that a recorded gesture didn't write, from the current data."""
    streams = Stream.objects.filter(pk__in=_streams(items, actor.workspace_id))
    sync = TouchpointSync(
        Recorder(actor, streams, timezone.now(), locked_types=[]),
        [item for item in items if item.is_open],
    )
    sync.decide()
    for item in sync.items:
        if item.result == "created":
            item.fail(
                "external_id",
                "gone",
                "This touchpoint has since been removed. To create it again, send the item with a"
                " new idempotency key.",
            )
        elif item.result == "updated":
            item.result = "stale"


class TouchpointSync:
    """Decides the result of each item of a gesture, and writes the items.

    run() needs the locks of the journeys. decide() writes nothing and needs no locks.
    """

    def __init__(self, recorder: Recorder, items: list[SyncItem]) -> None:
        self.recorder = recorder
        # Sorted, so that concurrent batches cannot deadlock.
        self.items = sorted(items, key=lambda item: item.key)
        self.resolver = PlacementResolver(recorder)
        self.rows = _existing(self.items, recorder.actor.workspace_id)
        self.capacity: dict[UUID, int] = {}  # how many more touchpoints each journey can hold

    def run(self) -> None:
        """Decide all items, and write those that change something."""
        self.decide()
        self._write()

    def decide(self) -> None:
        """Set the result of every item. Writes nothing."""
        self._check_references("channel", Channel, [item.values for item in self.items])
        self._check_references("department", Department, [item.parents for item in self.items])
        for item in self.items:
            row = self.rows.get(item.key)
            if item.is_open:
                self.resolver.validate(item, row)
            if item.is_open and row is None:
                self._reserve_capacity(item)
            if item.is_open:
                self._decide(item, row)

    def _reserve_capacity(self, item: SyncItem) -> None:
        """Count a new touchpoint, or mark the item as failed if its journey is full."""
        stream_id = self.resolver.stream_of(item)
        if stream_id is None:  # ruled out by PlacementResolver.validate()
            raise TypeError("a new item must name its step or its stage")
        if stream_id not in self.capacity:
            count = Touchpoint.objects.filter(stream_id=stream_id).count()
            self.capacity[stream_id] = Touchpoint.max_per_stream - count
        self.capacity[stream_id] -= 1
        if self.capacity[stream_id] < 0:
            item.fail("stage", "journey-full", Touchpoint.stream_full_conflict().detail)

    def _check_references(
        self, name: str, model: type[Record], fields: Sequence[dict[str, Any]]
    ) -> None:
        """Mark items as failed whose field `name` has the id of a missing record. Runs at most one query.

        `fields` has the fields of each item.
        """
        named_ids = {sent[name] for sent in fields if sent.get(name) is not None}
        if not named_ids:
            return
        known = set(model.objects.filter(pk__in=named_ids).values_list("pk", flat=True))
        for item, sent in zip(self.items, fields, strict=True):
            if sent.get(name) is not None and sent[name] not in known:
                item.fail_not_found(name)

    def _decide(self, item: SyncItem, row: ExistingRow | None) -> None:
        """Set an item's result. A newer payload wins, and an identical one changes nothing.

        `row` is None for a new touchpoint. The item fails if a new touchpoint has no title.
        """
        if row is None:
            item.id, item.result = str(uuid7()), "created"
            if "title" not in item.values:
                item.fail("title", "required", "A new touchpoint needs a title. Send one.")
            return
        item.id, item.version = row.id, row.version
        stored = self._stored_at(row)
        if item.hash == row.payload_hash and item.at in (None, stored):
            item.result = "unchanged"
        elif (item.at or self.recorder.at) < stored:
            item.result = "stale"
        else:
            item.result = "updated"

    def _stored_at(self, row: ExistingRow) -> datetime:
        """Return the time of the stored data, or EARLIEST if there is none.

        A time in the future must be wrong. EARLIEST is returned instead, so that any payload is newer.
        """
        at = row.source_updated_at
        return EARLIEST if at is None or at > self.recorder.at + CLOCK_SKEW else at

    def _write(self) -> None:
        moves: dict[Cell, list[dict[str, Any]]] = defaultdict(list)
        groups: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for item in self.items:
            if item.result not in {"created", "updated"}:
                continue
            row = self.rows.get(item.key)
            stream_id, cell = self.resolver.resolve(item, row)
            item.version = self.recorder.version_of(stream_id)
            values = self._values(item, stream_id)
            if row is None:
                values |= {"source": item.source, "external_id": item.external_id}
            if row is None or cell != (row.step_id, row.lane_id):
                values |= {"step": cell[0], "lane": cell[1], "position": ""}
                moves[cell].append(values)
            groups[() if row is None else tuple(values)].append(values)
        self._append_order_keys(moves)
        self._add(groups.pop((), []))
        for names, rows in groups.items():
            self._set(names, rows)

    def _values(self, item: SyncItem, stream_id: UUID) -> dict[str, Any]:
        return {
            "id": item.id,
            "stream": stream_id,
            **item.values,
            "source_updated_at": item.at or self.recorder.at,
            "payload_hash": item.hash,
        }

    def _append_order_keys(self, moves: dict[Cell, list[dict[str, Any]]]) -> None:
        """Set `position` in the values of rows that enter a cell, so that they follow the existing rows.

        `moves` has the values of these rows by cell. Runs at most one query.
        """
        if not moves:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT step_id, lane_id, max(position) FROM touchpoints_touchpoint"
                " WHERE step_id = ANY(%s::uuid[]) GROUP BY step_id, lane_id",
                [[str(step_id) for step_id, _ in moves]],
            )
            last = {(step_id, lane_id): key for step_id, lane_id, key in cursor}
        for cell, rows in moves.items():
            for values, key in zip(
                rows, fractional_index.keys_between(len(rows), last.get(cell)), strict=True
            ):
                values["position"] = key

    def _add(self, rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        defaults = {f.name: f.get_default() for f in logged_fields(Touchpoint)}
        names = list(dict.fromkeys(name for row in rows for name in row))
        create_staging_table(Touchpoint)
        copy_rows(
            Touchpoint,
            names,
            ([row[n] if n in row else defaults[n] for n in names] for row in rows),
        )
        insert_staged(self.recorder, Touchpoint)

    def _set(self, names: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
        create_staging_table(Touchpoint, names)
        copy_rows(Touchpoint, names, [list(row.values()) for row in rows])
        update_staged(self.recorder, Touchpoint, names)
