"""Reads of the log: snapshots, later change sets, and records at earlier versions.

Call all functions inside `tenant_scope()`. For snapshots, use `tenant_scope(..., snapshot=True)`,
so that rows and version agree.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Max, Q, QuerySet
from django.db.models.deletion import ProtectedError

from changes.log import first_page
from changes.models import (
    Change,
    ChangeSet,
    FeedCounter,
    Record,
    Stream,
    logged_fields,
    record_types,
    to_log,
)
from changes.recorder import LoggingCollector, logged_values, record_from_log
from changes.undo import find_redo, find_undo

R = TypeVar("R", bound=Record)

__all__ = [
    "feed_position",
    "feed_since",
    "find_redo",
    "find_undo",
    "directory_version_at",
    "cascade_counts",
    "records_as_of",
    "current_or_last_known",
    "sets_since",
    "snapshot",
    "snapshot_at",
    "versions_of",
]


def snapshot(
    stream_id: UUID, only: Mapping[type[Record], Q] = MappingProxyType({})
) -> dict[str, Any]:
    """Return `{"stream", "version", "records"}`: the records of a stream as a flat list.

    `only` limits the records of some types. Runs one query per type that has records in the
    stream, and two more. Each record has the form of record_as_json().
    """
    return _snapshot(Stream.objects.get(id=stream_id), only)


def _snapshot(stream: Stream, only: Mapping[type[Record], Q]) -> dict[str, Any]:
    records = [
        row
        for model in _types_in(stream.id)
        for row in _records_of_type(model, stream.id, only.get(model, Q()))
    ]
    return {"stream": str(stream.id), "version": stream.version, "records": records}


def _types_in(stream_id: UUID) -> list[type[Record]]:
    """Return the types that have records in a stream, in the order of record_types(). Runs one query."""
    query = " UNION ALL ".join(
        f"SELECT '{slug}' WHERE EXISTS"
        f" (SELECT FROM {model._meta.db_table} WHERE stream_id = %(stream)s)"
        for slug, model in record_types().items()
    )
    with connection.cursor() as cursor:
        cursor.execute(query, {"stream": stream_id})
        slugs = {slug for (slug,) in cursor.fetchall()}
    return [model for slug, model in record_types().items() if slug in slugs]


def _records_of_type(model: type[Record], stream_id: UUID, only: Q) -> Iterator[dict[str, Any]]:
    """Yield a type's records in a stream as record_as_json() does, without model instances."""
    fields = logged_fields(model)
    rows = model.objects.filter(only, stream_id=stream_id).order_by("pk")
    for pk, version, *values in rows.values_list("pk", "version", *(f.attname for f in fields)):
        logged = {f.name: to_log(f, value) for f, value in zip(fields, values, strict=True)}
        yield {"type": model.slug, "id": str(pk), "version": version, "fields": logged}


def versions_of(stream_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return the versions of streams by id; 0 for a stream that was never written to. Runs one query."""
    versions = dict(Stream.objects.filter(id__in=stream_ids).values_list("id", "version"))
    return {stream_id: versions.get(stream_id, 0) for stream_id in stream_ids}


def snapshot_at(stream_id: UUID, version: int) -> dict[str, Any]:
    """Return a stream's snapshot at a version, computed by reverting later changes.

    Runs two queries more than snapshot(), regardless of the number of changes.
    """
    stream = Stream.objects.get(id=stream_id)
    current = _snapshot(stream, {})
    records = {(record["type"], record["id"]): record for record in current["records"]}
    touched: set[tuple[str, str]] = set()
    since = Change.objects.filter(
        workspace_id=stream.workspace_id, set__stream_id=stream_id, set__version__gt=version
    )
    later_changes = since.order_by("-set__version", "-id")
    for op, slug, pk, before in later_changes.values_list(
        "op", "record_type", "record_id", "before"
    ):
        key = (slug, str(pk))
        touched.add(key)
        if op == Change.Op.ADD:
            del records[key]
        elif op == Change.Op.REMOVE:
            records[key] = {"fields": before}
        else:
            records[key]["fields"] |= before
    versions = _versions_at(stream.workspace_id, stream_id, version, touched)
    types = {slug: (number, model) for number, (slug, model) in enumerate(record_types().items())}
    for slug, record_id in touched & records.keys():
        # Convert the values through the model, because an older version of it or bulk SQL may have written
        # them.
        fields = records.pop((slug, record_id))["fields"]
        if slug in types:
            row = record_from_log(types[slug][1], UUID(record_id), stream_id, fields)
            row.version = versions.get((slug, record_id), 0)
            records[slug, record_id] = record_as_json(row)
    in_order = sorted(records, key=lambda key: (types[key[0]][0], key[1]))
    return {**current, "version": version, "records": [records[key] for key in in_order]}


def _versions_at(
    workspace_id: UUID, stream_id: UUID, version: int, touched: set[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """Return the last version that changed each record, among the versions up to the given one."""
    until = Change.objects.filter(
        workspace_id=workspace_id,
        set__stream_id=stream_id,
        set__version__lte=version,
        record_id__in={record_id for _, record_id in touched},
    )
    last = until.values_list("record_type", "record_id").annotate(last=Max("set__version"))
    return {(slug, str(record_id)): at for slug, record_id, at in last}


def current_or_last_known(workspace_id: UUID, model: type[R], ids: Iterable[UUID]) -> dict[UUID, R]:
    """Return a workspace's records by id. Removed records have their last values. Runs at most two queries.

    Ids that never existed are left out.
    """
    wanted = set(ids)
    rows: QuerySet[R] = model.objects.filter(pk__in=wanted)  # type: ignore[assignment]
    records = {row.pk: row for row in rows}
    removed_ids = wanted - records.keys()
    if removed_ids:
        removals = Change.objects.filter(
            workspace_id=workspace_id,
            record_id__in=removed_ids,
            record_type=model.slug,
            op=Change.Op.REMOVE,
        )
        for change in removals.select_related("set").order_by("id"):
            records[change.record_id] = record_from_log(
                model, change.record_id, change.set.stream_id, change.before
            )
    return records


def records_as_of(
    workspace_id: UUID, model: type[R], ids: Iterable[UUID], stream_id: UUID, version: int
) -> dict[UUID, R]:
    """Return records by id, as they were at a version of their stream. Runs at most four queries.

    A record that was removed before the version has its last values. A record that was added after
    it has its first values.
    """
    rows = current_or_last_known(workspace_id, model, ids)
    since = Change.objects.filter(
        workspace_id=workspace_id,
        set__stream_id=stream_id,
        set__version__gt=version,
        record_type=model.slug,
        record_id__in=rows,
        op=Change.Op.SET,
    )
    for pk, before in since.order_by("-set__version", "-id").values_list("record_id", "before"):
        rows[pk] = record_from_log(model, pk, stream_id, logged_values(rows[pk]) | before)
    versions = _versions_at(
        workspace_id, stream_id, version, {(model.slug, str(pk)) for pk in rows}
    )
    for pk, row in rows.items():
        row.version = versions.get((model.slug, str(pk)), 0)
    return rows


def directory_version_at(workspace_id: UUID, journey_id: UUID, version: int) -> int:
    """Return the directory's version at the time when a journey reached a version. Runs three queries."""
    sets = ChangeSet.objects.filter(workspace_id=workspace_id)
    change_set = sets.get(stream_id=journey_id, version=version)
    position = sets.filter(gesture=change_set.gesture).aggregate(last=Max("feed"))["last"]
    directory = sets.filter(stream_id=workspace_id, feed__lte=position)
    return directory.aggregate(last=Max("version"))["last"] or 0


def record_as_json(record: Record) -> dict[str, Any]:
    """Return a record in the JSON form of snapshots."""
    return {
        "type": record.slug,
        "id": str(record.pk),
        "version": record.version,
        "fields": logged_values(record),
    }


def sets_since(
    workspace_id: UUID, stream_id: UUID, version: int, limit: int = 500
) -> list[dict[str, Any]]:
    """Return a page of a stream's change sets after a version, oldest first.

    A page has at most `limit` sets, and at least one if any are left; see changes.log.first_page().
    """
    sets = ChangeSet.objects.filter(
        workspace_id=workspace_id, stream_id=stream_id, version__gt=version
    )
    return first_page(list(sets.order_by("version")[:limit]))


def feed_since(workspace_id: UUID, position: int, limit: int = 500) -> list[dict[str, Any]]:
    """Return a page of a workspace's change sets after a feed position, as sets_since() does."""
    sets = ChangeSet.objects.filter(workspace_id=workspace_id, feed__gt=position).order_by("feed")
    return first_page(list(sets[:limit]))


def feed_position(workspace_id: UUID) -> int:
    """Return the workspace's latest feed position, or 0 if nothing was written yet."""
    row = FeedCounter.objects.filter(workspace_id=workspace_id).first()
    return row.position if row else 0


def cascade_counts(record: Record) -> Counter[str]:
    """Return how many records of other types would be removed together with a record, by type (slug).

    Empty if the removal would be refused, because something refers to the record.
    """
    collector = LoggingCollector(using="default")
    try:
        collector.collect_with_subjects([record])
    except ProtectedError:
        return Counter()  # the removal itself will fail and say what uses the record
    return Counter(
        {
            model.slug: len(rows)
            for model, rows in collector.data.items()
            if issubclass(model, Record) and model is not type(record)
        }
    )
