"""Journey services that enforce rules. All other writes to maps are ops (apply_ops())."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from changes.services import Recorder, change_set
from core import fractional_index
from core.actors import DRAW, Actor
from core.errors import InvalidRequest
from core.ids import uuid7
from journeys.duplication import KINDS, journey_create_from_workspace_template, journey_duplicate
from journeys.models import Journey, Lane, Stage, Step
from journeys.producer import CREATOR, ProducerChoice, appoint_producer, resolve_producer

__all__ = [
    "KINDS",
    "CREATOR",
    "ProducerChoice",
    "write_new_journey",
    "journey_create",
    "journey_duplicate",
    "journey_create_from_workspace_template",
    "set_lock",
    "split_stage",
    "resolve_producer",
]


def journey_create(
    *,
    actor: Actor,
    journey_id: UUID | None = None,
    first_stage: str = "",
    producer: ProducerChoice = CREATOR,
    **fields: Any,
) -> Journey:
    """Create a journey in a new stream and return it. Requires `draw`.

    `fields` are the journey's own fields. The journey starts with an `unassigned` lane. If
    `first_stage` is given, it also starts with that stage and one empty step. The creator becomes
    its producer, unless `producer` is another person's id or None. Locks the directory's stream, to
    detect retries. Logs `journey.create`.
    """
    actor.require(DRAW)
    person_id = resolve_producer(producer, actor)
    with change_set([actor.workspace_id], action="journey.create", actor=actor) as recorder:
        return write_new_journey(
            recorder, journey_id or uuid7(), first_stage, producer=person_id, **fields
        )


def write_new_journey(
    recorder: Recorder,
    journey_id: UUID,
    first_stage: str = "",
    *,
    producer: UUID | None = None,
    **fields: Any,
) -> Journey:
    """Write a new journey with its stream, `unassigned` lane, first stage and producer.

    `recorder` must be open. `producer` is a person's id.
    """
    recorder.open_stream(journey_id, Journey.slug)
    journey = recorder.add(Journey(id=journey_id, stream_id=journey_id, **fields))
    recorder.add(
        Lane(
            stream_id=journey_id,
            journey=journey,
            kind=Lane.Kind.UNASSIGNED,
            position=fractional_index.FIRST_KEY,
        )
    )
    if first_stage:
        stage = recorder.add(
            Stage(
                stream_id=journey_id,
                journey=journey,
                title=first_stage,
                position=fractional_index.FIRST_KEY,
            )
        )
        recorder.add(
            Step(
                stream_id=journey_id,
                stage=stage,
                title=gettext("First step"),
                position=fractional_index.FIRST_KEY,
            )
        )
    appoint_producer(recorder, journey, producer)
    return journey


def split_stage(recorder: Recorder, stage: Stage, first_step: Step, title: str = "") -> Stage:
    """Move a step and the steps after it to a new stage right behind the given one. Returns the new stage.

    The steps keep everything that belongs to them. Without a title, the new stage is called “{title} (2)”.
    Raises InvalidRequest if the stage would have no steps left.
    """
    steps = Step.objects.filter(stage=stage).order_by("position", "pk")
    moving = [step for step in steps if step.position >= first_step.position]
    if len(moving) == len(steps):
        raise InvalidRequest.at(
            "/first_step",
            "choice",
            gettext("Choose a later step, so that the first stage keeps at least one."),
        )
    following = Stage.objects.filter(journey=stage.journey_id, position__gt=stage.position)
    next_position = following.order_by("position").values_list("position", flat=True).first()
    second = recorder.add(
        Stage(
            stream_id=stage.stream_id,
            journey_id=stage.journey_id,
            title=title or gettext("{title} (2)").format(title=stage.title),
            position=fractional_index.key_between(stage.position, next_position),
        )
    )
    recorder.set_many(Step, {step.pk: {"stage": second.pk} for step in moving})
    return second


def set_lock(*, row: Stage | Lane, locked: bool, actor: Actor) -> Stage | Lane:
    """Lock or unlock a stage or lane, and return it. Requires `draw`.

    Ops, undo and restore can't change a locked record or its contents. Logs `stage.lock`,
    `stage.unlock`, `lane.lock` or `lane.unlock`, unless the lock is already set that way.
    """
    actor.require(DRAW)
    action = f"{row.slug}.{'lock' if locked else 'unlock'}"
    with change_set([row.stream_id], action=action, actor=actor) as recorder:
        return recorder.set(row, is_locked=locked)
