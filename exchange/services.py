"""Import and export of whole journeys.

This module converts between drafts and records. The formats convert between drafts and text.
"""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from changes.services import Recorder, change_set
from core import fractional_index
from core.actors import DRAW, Actor
from core.errors import FieldError, InvalidRequest
from core.ids import uuid7
from exchange.formats.draft import DraftJourney, DraftStage, DraftTask, FormatError
from exchange.formats.registry import FORMATS, Format, readers, writers
from journeys.models import Journey, Lane, Stage, Step
from journeys.services import CREATOR, resolve_producer, write_new_journey
from touchpoints.models import Touchpoint

__all__ = [
    "export_journey",
    "import_journey",
    "parse_draft",
]

# These titles are stored, and recognized on export, so they aren't translated. The untitled stage contains the tasks
# before the first section.
UNTITLED_JOURNEY = "Untitled journey"  # not translated
UNTITLED_STAGE = "Untitled stage"  # not translated


def import_journey(
    *,
    text: bytes,
    format: str,  # noqa: A002  (the API's name for it)
    actor: Actor,
    title: str | None = None,
) -> tuple[Journey, list[dict[str, Any]]]:
    """Create a journey from a file. Return it with the warnings (line, code, detail).

    Requires `draw`. The member who imports the file becomes the producer. The import is one change
    set in the new journey's stream, logged as `journey.import`. If the file can't be read, nothing
    is written, and InvalidRequest is raised with the line and the reason.

    All touchpoints go to the `unassigned` lane. The file's actors are kept as written, and no
    departments are created. The directory is neither written nor locked, so that a large import
    doesn't block anyone.
    """
    actor.require(DRAW)
    draft = parse_draft(text, format)
    producer = resolve_producer(CREATOR, actor)
    with change_set([], action="journey.import", actor=actor, undoable=False) as recorder:
        journey = _write_draft(recorder, draft, title, producer)
    warnings = [
        {"line": warning.line, "code": warning.code, "detail": warning.detail}
        for warning in draft.warnings
    ]
    return journey, warnings


def parse_draft(text: bytes, format: str) -> DraftJourney:  # noqa: A002
    """Return the draft of the journey in a file.

    Raises InvalidRequest, with the line, the reason and a hint, if the file can't be read.
    """
    read = readers().get(format)
    if read is None:
        raise InvalidRequest.at(
            "/format",
            "choice",
            gettext("Use one of {choices}.").format(choices=", ".join(readers())),
        )
    try:
        return read(text)
    except FormatError as error:
        pointer, detail = "", f"{error.reason} {error.hint}"
        if error.line:
            pointer = f"/lines/{error.line}"
            detail = gettext("Line {line}: {detail}").format(line=error.line, detail=detail)
        why = FieldError(pointer, "unreadable", detail)
        raise InvalidRequest(
            gettext("This file can’t be read as a journey. Correct it, then import it again."),
            errors=[why],
        ) from error


def _write_draft(
    recorder: Recorder, draft: DraftJourney, title: str | None, producer: UUID | None
) -> Journey:
    journey_id = uuid7()
    stages = draft.stages
    untitled = bool(stages) and not stages[0].title
    source = {
        "format": draft.source_format,
        "scale": draft.source_scale,
        "title": draft.title,
        "acc_title": draft.acc_title,
        "acc_description": draft.acc_description,
    }
    journey = write_new_journey(
        recorder,
        journey_id,
        title=title or draft.title or UNTITLED_JOURNEY,
        source=source,
        producer=producer,
    )
    rows = [
        Stage(
            stream_id=journey_id,
            journey=journey,
            title=stage.title or UNTITLED_STAGE,
            position=key,
        )
        for stage, key in zip(stages, fractional_index.keys_between(len(stages)), strict=True)
    ]
    recorder.add_many(rows)
    if untitled:
        recorder.set(journey, source={**source, "stage_without_section": str(rows[0].pk)})
    lane = Lane.objects.filter(journey=journey_id, kind=Lane.Kind.UNASSIGNED)[0]
    steps: list[Step] = []
    touchpoints: list[Touchpoint] = []
    for stage, row in zip(stages, rows, strict=True):
        keys = fractional_index.keys_between(len(stage.tasks))
        for task, key in zip(stage.tasks, keys, strict=True):
            step = Step(stream_id=journey_id, stage=row, title=task.title, position=key)
            steps.append(step)
            touchpoints.append(_touchpoint(task, step, lane, draft))
    recorder.add_many(steps)
    recorder.add_many(touchpoints)
    return journey


def _touchpoint(task: DraftTask, step: Step, lane: Lane, draft: DraftJourney) -> Touchpoint:
    return Touchpoint(
        stream_id=step.stream_id,
        step=step,
        lane=lane,
        position=fractional_index.FIRST_KEY,
        title=task.title,
        emotion=task.emotion,
        actors=list(task.actors),
        source=draft.source_format,
        source_scale=draft.source_scale,
        source_value=task.raw_score or "",
    )


def export_journey(journey: Journey, format: str) -> str:  # noqa: A002
    """Return a journey as a text in this format. Runs three queries. Call it inside `tenant_scope()`.

    Raises InvalidRequest if the format is unknown or can't be exported.
    Imported touchpoints keep their actors, and their score unless the emotion has changed since. The actors of
    other touchpoints are the persona and the department.
    """
    write = writers().get(format)
    if write is None:
        raise InvalidRequest.at(
            "/format",
            "choice",
            gettext("Use one of {choices}.").format(choices=", ".join(writers())),
        )
    return write(journey_to_draft(journey, FORMATS[format]))


def journey_to_draft(journey: Journey, file_format: Format) -> DraftJourney:
    """Return a journey as a draft, with a task for each touchpoint in the journey's order.

    Touchpoints that were imported from the same format keep their scores and actors.
    """
    source = journey.source
    tasks: dict[UUID, list[DraftTask]] = {}
    touchpoints = (
        Touchpoint.objects.filter(stream=journey.pk)
        .select_related("step", "lane__department")
        .order_by("step__position", "step_id", "lane__position", "lane_id", "position", "id")
    )
    persona = journey.persona.name if journey.persona else ""
    for touchpoint in touchpoints:
        tasks.setdefault(touchpoint.step.stage_id, []).append(
            _task(touchpoint, persona, file_format)
        )
    stages = Stage.objects.filter(stream=journey.pk).order_by("position", "id")
    return DraftJourney(
        title="" if _is_untitled(journey) else journey.title,
        acc_title=source.get("acc_title", ""),
        acc_description=source.get("acc_description", ""),
        stages=tuple(
            DraftStage(
                title="" if _is_untitled_stage(journey, stage) else stage.title,
                tasks=tuple(tasks.get(stage.pk, ())),
            )
            for stage in stages
        ),
        source_format=file_format.name,
        source_scale=file_format.scale,
    )


def _is_untitled(journey: Journey) -> bool:
    return journey.title == UNTITLED_JOURNEY and journey.source.get("title") == ""


def _is_untitled_stage(journey: Journey, stage: Stage) -> bool:
    return (
        journey.source.get("stage_without_section") == str(stage.pk)
        and stage.title == UNTITLED_STAGE
    )


def _task(touchpoint: Touchpoint, persona: str, file_format: Format) -> DraftTask:
    if touchpoint.source == file_format.name:
        raw, actors = touchpoint.source_value, tuple(touchpoint.actors)
    else:
        department = touchpoint.lane.department
        raw = None
        actors = tuple(name for name in (persona, department.name if department else "") if name)
    return DraftTask(
        title=touchpoint.title, raw_score=raw, emotion=touchpoint.emotion, actors=actors
    )
