"""Queries for journey templates. Call them inside tenant_scope()."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count

from journey_templates.builtin import builtin_templates
from journeys.models import Journey, Step


@dataclass
class JourneyTemplate:
    """A template for new journeys: built-in (if `workspace` is None), or a workspace's own.

    `emotions` has the mean emotion of each step, in the journey's order.
    """

    key: str
    title: str
    summary: str
    kind: str
    workspace: UUID | None = None
    stages: list[str] = field(default_factory=list)
    emotions: list[float | None] = field(default_factory=list)
    touchpoints: int = 0

    @property
    def steps(self) -> int:
        return len(self.emotions)


def list_templates(workspace_ids: Sequence[UUID]) -> list[JourneyTemplate]:
    """Return the built-in templates, then the workspaces' own, by title. Runs two queries."""
    rows = Journey.objects.filter(workspace__in=workspace_ids, is_template=True)
    own = {
        row.pk: JourneyTemplate(str(row.pk), row.title, row.summary, row.kind, row.workspace_id)
        for row in rows.order_by("title", "pk")
    }
    steps = Step.objects.filter(stream__in=own).order_by(
        "stage__position", "stage_id", "position", "pk"
    )
    counted = steps.annotate(emotion=Avg("touchpoints__emotion"), n=Count("touchpoints"))
    stage_ids = set[UUID]()
    for stream_id, stage_id, stage, emotion, n in counted.values_list(
        "stream_id", "stage_id", "stage__title", "emotion", "n"
    ):
        template = own[stream_id]
        if stage_id not in stage_ids:
            template.stages.append(stage)
            stage_ids.add(stage_id)
        template.emotions.append(None if emotion is None else float(emotion))
        template.touchpoints += n
    return [
        _builtin_template(key, definition) for key, definition in builtin_templates().items()
    ] + list(own.values())


def _builtin_template(key: str, definition: dict[str, Any]) -> JourneyTemplate:
    steps = [step["touchpoints"] for stage in definition["stages"] for step in stage["steps"]]
    emotions_by_step = [
        [touchpoint["emotion"] for touchpoint in step if "emotion" in touchpoint] for step in steps
    ]
    return JourneyTemplate(
        key,
        definition["title"],
        definition["summary"],
        definition["kind"],
        stages=[stage["title"] for stage in definition["stages"]],
        emotions=[
            sum(emotions) / len(emotions) if emotions else None for emotions in emotions_by_step
        ],
        touchpoints=sum(map(len, steps)),
    )
