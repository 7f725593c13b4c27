"""The part of a journey that a share link shows: the public fields of each record type."""

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from changes.models import Record, record_types
from changes.queries import (
    current_or_last_known,
    directory_version_at,
    records_as_of,
    snapshot,
    snapshot_at,
)
from journeys.models import Journey, Lane, Measure, Note, Persona, Stage, Step
from ownership.handoff_marks import public_handoff_states, recorded_handoff_marks
from ownership.models import Directorship
from ownership.queries import recorded_states, stage_states
from people.models import Department, Person
from sharing.models import ShareLink
from storyboards.models import Frame
from touchpoints.models import Channel, Promise, Touchpoint

# The fields that a link shows. Everything else is private, including new fields and types.
PUBLIC_FIELDS: dict[type[Record], tuple[str, ...]] = {
    Journey: ("title", "summary", "kind", "state", "persona"),
    Stage: ("journey", "position", "title", "time_span", "summary"),
    Step: ("stage", "position", "title", "time_span", "quote"),
    Lane: ("journey", "position", "kind", "department"),
    Touchpoint: (
        "step",
        "lane",
        "position",
        "title",
        "notes",
        "channel",
        "emotion",
        "emotion_label",
        "kano",
        "is_moment_of_truth",
        "evidence",
        "quote",
    ),
    Promise: ("title", "made_in", "tested_in", "status", "evidence"),
    Note: ("step", "position", "kind", "title"),
    Measure: ("step", "position", "title", "value", "unit", "target", "better", "trend"),
    Frame: (
        "step",
        "position",
        "size",
        "caption",
        "alt_text",
        "speech",
        "duration",
        "picture",  # at pictures/<id>.svg below the link's address
    ),
    Directorship: ("stage", "person", "accepted_at"),  # accepted and not ended
}


PUBLIC_DIRECTORY_FIELDS: dict[type[Record], tuple[str, ...]] = {
    Department: ("name", "hue", "glyph"),
    Channel: ("name", "glyph"),
    Persona: ("name",),
    Person: ("name",),
}


def shared_snapshot(link: ShareLink) -> dict[str, Any]:
    """Return the journey's snapshot with only what a link may show.

    The result contains the public fields of public types, the directors of the shown version, and the
    directory records that these refer to, with their names at that version. Claims are private.
    Therefore, `ownership` has the state of each stage by id, so that a contested stage doesn't look owned,
    and `handoffs` has the state of the hand-off into each stage that has one.
    """
    pinned = link.version
    content = snapshot(link.journey) if pinned is None else snapshot_at(link.journey, pinned)
    states = recorded_states(content["records"]) if pinned else stage_states(link.journey)
    records = [_public_record(record) for record in content["records"] if _is_public(record)]
    return {
        **content,
        "records": [*records, *_directory_records(link, records)],
        "ownership": states,
        "handoffs": public_handoff_states(recorded_handoff_marks(content["records"])),
    }


def _is_public(record: dict[str, Any]) -> bool:
    if record["type"] == Directorship.slug:
        fields = record["fields"]
        return fields["accepted_at"] is not None and fields["ended_at"] is None
    return record_types()[record["type"]] in PUBLIC_FIELDS


def _public_record(record: dict[str, Any]) -> dict[str, Any]:
    names = PUBLIC_FIELDS[record_types()[record["type"]]]
    return {**record, "fields": {name: record["fields"][name] for name in names}}


def _directory_records(link: ShareLink, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the directory records to which these records refer, with their public fields."""
    wanted: dict[type[Record], set[UUID]] = defaultdict(set)
    for record in records:
        model = record_types()[record["type"]]
        for name, value in record["fields"].items():
            target: Any = model._meta.get_field(name).related_model
            if value is not None and target in PUBLIC_DIRECTORY_FIELDS:
                wanted[target].add(UUID(value))
    workspace_id = link.workspace_id
    find: Callable[[type[Record], set[UUID]], dict[UUID, Record]]
    find = partial(current_or_last_known, workspace_id)
    if link.version is not None:
        version = directory_version_at(workspace_id, link.journey, link.version)
        find = partial(records_as_of, workspace_id, stream_id=workspace_id, version=version)
    return [
        {
            "type": model.slug,
            "id": str(row.pk),
            "version": row.version,
            "fields": {name: getattr(row, name) for name in PUBLIC_DIRECTORY_FIELDS[model]},
        }
        for model, ids in wanted.items()
        for _, row in sorted(find(model, ids).items())
    ]
