"""Reads of the log: snapshots, what came since, and what the next undo would take back.

All run inside `tenant()`; a snapshot wants `tenant(..., snapshot=True)`, so that rows and
version agree.
"""

from collections import Counter
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models.deletion import ProtectedError

from changes.log import serialise
from changes.models import ChangeSet, Feed, Record, Stream, record_types
from changes.recorder import LeafCollector, values
from changes.undo import find_redo, find_undo

__all__ = [
    "feed_position",
    "feed_since",
    "find_redo",
    "find_undo",
    "goes_along",
    "sets_since",
    "snapshot",
    "versions_of",
]


def snapshot(stream_id: UUID) -> dict[str, Any]:
    """Return `{"stream", "version", "records"}`: every record of a stream as a flat list.

    One query per record type. A record is `{"type", "id", "version", "fields"}`.
    """
    stream = Stream.objects.get(id=stream_id)
    records = [
        as_json(row)
        for model in record_types().values()
        for row in model.objects.filter(stream_id=stream_id).order_by("pk")
    ]
    return {"stream": str(stream_id), "version": stream.version, "records": records}


def versions_of(stream_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return the versions of streams; of one that nobody wrote to yet, 0. One query."""
    found = dict(Stream.objects.filter(id__in=stream_ids).values_list("id", "version"))
    return {stream_id: found.get(stream_id, 0) for stream_id in stream_ids}


def as_json(record: Record) -> dict[str, Any]:
    """Return a record as snapshots and the log's laws see it."""
    return {
        "type": record.slug,
        "id": str(record.pk),
        "version": record.version,
        "fields": values(record),
    }


def sets_since(stream_id: UUID, version: int, limit: int = 500) -> list[dict[str, Any]]:
    """Return up to `limit` change sets of a stream after a version, oldest first. Two queries."""
    sets = ChangeSet.objects.filter(stream_id=stream_id, version__gt=version).order_by("version")
    return serialise(list(sets[:limit]))


def feed_since(workspace_id: UUID, position: int, limit: int = 500) -> list[dict[str, Any]]:
    """Return up to `limit` change sets of a workspace after a feed position. Two queries."""
    sets = ChangeSet.objects.filter(workspace_id=workspace_id, feed__gt=position).order_by("feed")
    return serialise(list(sets[:limit]))


def feed_position(workspace_id: UUID) -> int:
    """Return the workspace's latest feed position; 0 before anything was written."""
    row = Feed.objects.filter(workspace_id=workspace_id).first()
    return row.position if row else 0


def goes_along(record: Record) -> Counter[str]:
    """Return how many records of which kind a removal of this one takes along."""
    collector = LeafCollector(using="default")
    try:
        collector.gather(record)
    except ProtectedError:
        return Counter()  # the removal itself will say what holds it
    return Counter(
        {
            str(model._meta.verbose_name): len(rows)
            for model, rows in collector.data.items()
            if issubclass(model, Record) and model is not type(record)
        }
    )
