"""Reads of the log: snapshots, what came since, and what the next undo would take back.

All run inside `tenant_scope()`; a snapshot wants `tenant(..., snapshot=True)`, so that rows and
version agree.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Max, QuerySet
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


def snapshot(stream_id: UUID) -> dict[str, Any]:
    """Return `{"stream", "version", "records"}`: every record of a stream as a flat list.

    A query per type that has records there, and two. A record is as record_as_json() has it.
    """
    stream = Stream.objects.get(id=stream_id)
    records = [one for model in _types_in(stream_id) for one in _records_of_type(model, stream_id)]
    return {"stream": str(stream_id), "version": stream.version, "records": records}


def _types_in(stream_id: UUID) -> list[type[Record]]:
    """Return the types that a stream has records of, in their order. One query."""
    asked = " UNION ALL ".join(
        f"SELECT '{slug}' WHERE EXISTS"
        f" (SELECT FROM {model._meta.db_table} WHERE stream_id = %(stream)s)"
        for slug, model in record_types().items()
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, {"stream": stream_id})
        found = {slug for (slug,) in cursor.fetchall()}
    return [model for slug, model in record_types().items() if slug in found]


def _records_of_type(model: type[Record], stream_id: UUID) -> Iterator[dict[str, Any]]:
    """Return what record_as_json() does of a type's records in a stream, without making objects."""
    fields = logged_fields(model)
    rows = model.objects.filter(stream_id=stream_id).order_by("pk")
    for pk, version, *said in rows.values_list("pk", "version", *(f.attname for f in fields)):
        kept = {f.name: to_log(f, value) for f, value in zip(fields, said, strict=True)}
        yield {"type": model.slug, "id": str(pk), "version": version, "fields": kept}


def versions_of(stream_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return the versions of streams; of one that nobody wrote to yet, 0. One query."""
    found = dict(Stream.objects.filter(id__in=stream_ids).values_list("id", "version"))
    return {stream_id: found.get(stream_id, 0) for stream_id in stream_ids}


def snapshot_at(stream_id: UUID, version: int) -> dict[str, Any]:
    """Return the snapshot that a stream had at a version: what stands now, less what came since.

    The queries of snapshot() and two more, whatever was done since.
    """
    found = snapshot(stream_id)
    records = {(one["type"], one["id"]): one for one in found["records"]}
    touched: set[tuple[str, str]] = set()
    since = Change.objects.filter(set__stream_id=stream_id, set__version__gt=version)
    told = since.order_by("-set__version", "-id")
    for op, slug, pk, before in told.values_list("op", "record_type", "record_id", "before"):
        key = (slug, str(pk))
        touched.add(key)
        if op == Change.Op.ADD:
            del records[key]
        elif op == Change.Op.REMOVE:
            records[key] = {"fields": before}
        else:
            records[key]["fields"] |= before
    versions = _versions_at(stream_id, version, touched)
    types = {slug: (number, model) for number, (slug, model) in enumerate(record_types().items())}
    for slug, record_id in touched & records.keys():
        # Through the model once: the log may have been written by an older one, or by bulk SQL.
        fields = records.pop((slug, record_id))["fields"]
        if slug in types:
            row = record_from_log(types[slug][1], UUID(record_id), stream_id, fields)
            row.version = versions.get((slug, record_id), 0)
            records[slug, record_id] = record_as_json(row)
    in_order = sorted(records, key=lambda key: (types[key[0]][0], key[1]))
    return {**found, "version": version, "records": [records[key] for key in in_order]}


def _versions_at(
    stream_id: UUID, version: int, touched: set[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """Return at which version each of these records had last been written."""
    until = Change.objects.filter(
        set__stream_id=stream_id,
        set__version__lte=version,
        record_id__in={record_id for _, record_id in touched},
    )
    last = until.values_list("record_type", "record_id").annotate(last=Max("set__version"))
    return {(slug, str(record_id)): at for slug, record_id, at in last}


def current_or_last_known(model: type[R], ids: Iterable[UUID]) -> dict[UUID, R]:
    """Return records by id; those that were removed as they last were. Two queries at most."""
    wanted = set(ids)
    rows: QuerySet[R] = model.objects.filter(pk__in=wanted)  # type: ignore[assignment]
    found = {row.pk: row for row in rows}
    gone = wanted - found.keys()
    if gone:
        removals = Change.objects.filter(
            record_id__in=gone, record_type=model.slug, op=Change.Op.REMOVE
        )
        for change in removals.select_related("set").order_by("id"):
            found[change.record_id] = record_from_log(
                model, change.record_id, change.set.stream_id, change.before
            )
    return found


def records_as_of(
    model: type[R], ids: Iterable[UUID], stream_id: UUID, version: int
) -> dict[UUID, R]:
    """Return records by id as they were at a version of their stream. Four queries at most.

    Those removed before it are as they were last; those added after it, as they were at first.
    """
    rows = current_or_last_known(model, ids)
    since = Change.objects.filter(
        set__stream_id=stream_id,
        set__version__gt=version,
        record_type=model.slug,
        record_id__in=rows,
        op=Change.Op.SET,
    )
    for pk, before in since.order_by("-set__version", "-id").values_list("record_id", "before"):
        rows[pk] = record_from_log(model, pk, stream_id, logged_values(rows[pk]) | before)
    versions = _versions_at(stream_id, version, {(model.slug, str(pk)) for pk in rows})
    for pk, row in rows.items():
        row.version = versions.get((model.slug, str(pk)), 0)
    return rows


def directory_version_at(journey_id: UUID, version: int) -> int:
    """Return the version that the directory had when a journey reached one. Three queries."""
    reached = ChangeSet.objects.get(stream_id=journey_id, version=version)
    sets = ChangeSet.objects.filter(workspace_id=reached.workspace_id)
    position = sets.filter(gesture=reached.gesture).aggregate(last=Max("feed"))["last"]
    directory = sets.filter(stream_id=reached.workspace_id, feed__lte=position)
    return directory.aggregate(last=Max("version"))["last"] or 0


def record_as_json(record: Record) -> dict[str, Any]:
    """Return a record as snapshots and the log's laws see it."""
    return {
        "type": record.slug,
        "id": str(record.pk),
        "version": record.version,
        "fields": logged_values(record),
    }


def sets_since(stream_id: UUID, version: int, limit: int = 500) -> list[dict[str, Any]]:
    """Return the change sets of a stream after a version, oldest first, as many as fit in a page.

    At most `limit`, and at least one where there is one; see changes.log.first_page().
    """
    sets = ChangeSet.objects.filter(stream_id=stream_id, version__gt=version).order_by("version")
    return first_page(list(sets[:limit]))


def feed_since(
    workspace_id: UUID, position: int, limit: int = 500, types: frozenset[str] | None = None
) -> list[dict[str, Any]]:
    """Return the change sets of a workspace after a feed position, as sets_since() does.

    With `types`, only with their changes of these record types.
    """
    sets = ChangeSet.objects.filter(workspace_id=workspace_id, feed__gt=position).order_by("feed")
    return first_page(list(sets[:limit]), types)


def feed_position(workspace_id: UUID) -> int:
    """Return the workspace's latest feed position; 0 before anything was written."""
    row = FeedCounter.objects.filter(workspace_id=workspace_id).first()
    return row.position if row else 0


def cascade_counts(record: Record) -> Counter[str]:
    """Return how many records of which kind a removal of this one takes along."""
    collector = LoggingCollector(using="default")
    try:
        collector.collect_with_subjects(record)
    except ProtectedError:
        return Counter()  # the removal itself will say what holds it
    return Counter(
        {
            str(model._meta.verbose_name): len(rows)
            for model, rows in collector.data.items()
            if issubclass(model, Record) and model is not type(record)
        }
    )
