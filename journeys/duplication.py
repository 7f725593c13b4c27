"""Duplicate journeys. Copies get new ids. Only fields that ops can write are copied."""

from functools import cache
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext

from changes.models import Record, logged_fields, record_types
from changes.services import Recorder, change_set
from core.actors import DRAW, Actor
from core.errors import Conflict, InvalidRequest
from core.ids import uuid7
from journeys.models import Journey
from journeys.producer import CREATOR, ProducerChoice, appoint_producer, resolve_producer

COPY, FUTURE, TEMPLATE = KINDS = ("copy", "future", "template")


def journey_duplicate(
    *, journey: Journey, title: str, kind: str, actor: Actor, journey_id: UUID | None = None
) -> Journey:
    """Copy a journey into a new stream, as a draft. Return the copy. Requires `draw`.

    `kind` is "copy", "future" (a future state that is paired with the original) or "template". Only
    fields that ops can write are copied, so ownership, comments, flags and external ids are not.
    The member who makes the copy becomes its producer, unless it is a template. Locks the original.
    Logs `journey.copy`, `journey.future` or `journey.template`, in one change set.
    """
    if kind not in KINDS:
        raise InvalidRequest.at(
            "/as", "choice", gettext("Use one of {choices}.").format(choices=", ".join(KINDS))
        )
    if kind == FUTURE and journey.state == Journey.State.FUTURE:
        raise Conflict(
            gettext("“{title}” is already a future state. Choose a current-state journey.").format(
                title=journey.title
            ),
            code="already-future",
        )
    fields: dict[str, Any] = {"title": title, "is_template": kind == TEMPLATE}
    if kind == FUTURE:
        fields |= {"state": Journey.State.FUTURE, "pair_of_id": journey.pk}
    if kind == TEMPLATE:
        fields |= {"pair_of_id": None}
    return _write_copy(journey, journey_id or uuid7(), fields, f"journey.{kind}", actor)


def journey_create_from_workspace_template(
    *,
    template: Journey,
    actor: Actor,
    journey_id: UUID | None = None,
    producer: ProducerChoice = CREATOR,
    **fields: Any,
) -> Journey:
    """Create a journey from one of the workspace's own templates. Requires `draw`.

    `fields` override those of the template. `producer` works as in journey_create(). Logs
    `journey.start`.
    """
    fields = {"is_template": False, **fields}
    return _write_copy(template, journey_id or uuid7(), fields, "journey.start", actor, producer)


def _write_copy(
    source: Journey,
    journey_id: UUID,
    fields: dict[str, Any],
    action: str,
    actor: Actor,
    producer: ProducerChoice = CREATOR,
) -> Journey:
    actor.require(DRAW)
    person_id = None if fields["is_template"] else resolve_producer(producer, actor)
    # Locking the directory's stream as well detects a retried gesture. Like an import, a copy
    # cannot be undone; an unwanted one is removed.
    streams = [actor.workspace_id, source.pk]
    with change_set(streams, action=action, actor=actor, undoable=False) as recorder:
        recorder.reload(source)
        recorder.open_stream(journey_id, Journey.slug)
        ids = {source.pk: journey_id}
        originals = {model: _rows(model, source.pk) for model in _copied_types()}
        ids |= {row.pk: uuid7() for rows in originals.values() for row in rows if row.pk not in ids}
        for rows in originals.values():
            _write(recorder, [_clone_row(row, journey_id, ids) for row in rows], fields)
        journey = recorder.fetch(Journey, [journey_id])[journey_id]
        appoint_producer(recorder, journey, person_id)
        return journey


def _copied_types() -> list[type[Record]]:
    return [model for model in record_types().values() if model.op_fields or model.place]


def _rows(model: type[Record], stream_id: UUID) -> list[Any]:
    return list(model.objects.filter(stream=stream_id).order_by("pk"))


def _write(recorder: Recorder, clones: list[Any], fields: dict[str, Any]) -> None:
    for clone in clones:
        if isinstance(clone, Journey):
            for name, value in {"status": Journey.Status.DRAFT, **fields}.items():
                setattr(clone, name, value)
    recorder.add_many(clones)


def _clone_row(row: Record, stream_id: UUID, ids: dict[UUID, UUID]) -> Record:
    """Return an unsaved copy of a row.

    Foreign keys to rows that are copied too point to the copies.
    """
    clone = type(row)(id=ids[row.pk], stream_id=stream_id)
    for field in _copied_fields(type(row)):
        value = getattr(row, field.attname)
        if isinstance(field, models.ForeignKey):
            value = ids.get(value, value)
        setattr(clone, field.attname, value)
    return clone


@cache
def _copied_fields(model: type[Record]) -> list["models.Field[Any, Any]"]:
    place = (*model.place.parent_fields, model.place.order_field) if model.place else ()
    names = {*model.op_fields, *model.copied_fields, *place, model.root_field}
    return [field for field in logged_fields(model) if field.name in names]
