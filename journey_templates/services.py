"""Create journeys from templates."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from changes.models import Record
from changes.ops import OpApplier, parse_ops
from changes.services import Recorder, change_set
from core.actors import DRAW, Actor
from core.errors import InvalidRequest
from core.fields import fold
from core.ids import parse_uuid, uuid7
from core.tenancy import ensure_tenant_scope
from journey_templates.boards import frame_ops
from journey_templates.builtin import builtin_templates, scenes_for
from journey_templates.ops import build_ops
from journeys.models import Journey, Lane
from journeys.services import (
    CREATOR,
    ProducerChoice,
    journey_create_from_workspace_template,
    resolve_producer,
    write_new_journey,
)
from people.models import Department
from touchpoints.models import Channel

DIRECTORY_TYPES: tuple[type[Record], ...] = (Department, Channel)


def journey_create_from_template(
    *,
    template: str,
    actor: Actor,
    journey_id: UUID | None = None,
    producer: ProducerChoice = CREATOR,
    **fields: Any,
) -> Journey:
    """Create a journey from a template and return it. Requires `draw`.

    `template` is the key of a built-in template, or the id of one of the workspace's own. Raises
    InvalidRequest for anything else. `fields` override the journey's fields in the template. `producer` works as
    in journey_create().

    Departments and channels are matched by name. Missing ones are created if the actor may do so.
    Otherwise, touchpoints of a missing department go to the `unassigned` lane. A follower draws the
    frames of a built-in template afterwards. Logs `journey.start`.
    """
    actor.require(DRAW)
    definition = builtin_templates().get(template)
    if definition is None:
        own = _workspace_template(template, actor)
        return journey_create_from_workspace_template(
            template=own, actor=actor, journey_id=journey_id, producer=producer, **fields
        )
    journey_id = journey_id or uuid7()
    person_id = resolve_producer(producer, actor)
    fields = {name: definition[name] for name in ("title", "summary", "kind")} | fields
    with change_set(
        [actor.workspace_id], action="journey.start", actor=actor, undoable=False
    ) as recorder:
        journey = write_new_journey(recorder, journey_id, producer=person_id, **fields)
        ids = {
            key: pk
            for model in DIRECTORY_TYPES
            for key, pk in _match_directory(recorder, model, definition)
        }
        unassigned = Lane.objects.filter(stream=journey_id).values_list("pk", flat=True)[0]
        drawing = build_ops(definition, ids, unassigned)
        frames = frame_ops(scenes_for(template, journey_id), drawing.steps)
        OpApplier(recorder, journey_id).apply(parse_ops([*drawing.ops, *frames]))
    return journey


def _workspace_template(template: str, actor: Actor) -> Journey:
    with ensure_tenant_scope([actor.workspace_id]):
        rows = Journey.objects.filter(workspace=actor.workspace_id, is_template=True)
        journey = rows.filter(pk=template).first() if is_uuid(template) else None
    if journey is None:
        raise InvalidRequest.at(
            "/template", "not_found", gettext("This template doesn’t exist. Choose another one.")
        )
    return journey


def is_uuid(text: str) -> bool:
    try:
        parse_uuid(text)
    except ValueError:
        return False
    return True


def _match_directory(
    recorder: Recorder, model: type[Any], definition: dict[str, Any]
) -> list[tuple[tuple[str, str], UUID]]:
    """Return the ids of the template's directory records of one type, by (type, name).

    Missing records are created if the actor may create them. Archived records are left out.
    """
    directory = recorder.actor.workspace_id
    there = {fold(row.name): row for row in model.objects.filter(stream=directory)}
    ids = []
    for fields in definition[f"{model.slug}s"]:
        row = there.get(fold(fields["name"]))
        if row is None and recorder.actor.can(model.required_right, f"{model.scope}:write"):
            row = recorder.add(model(stream_id=directory, **fields))
        if row is not None and not getattr(row, "is_archived", False):
            ids.append(((model.slug, fields["name"]), row.pk))
    return ids
