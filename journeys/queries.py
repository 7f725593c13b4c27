"""Reads about journeys that forms and pages of several apps share. All inside tenant_scope()."""

from uuid import UUID

from journeys.models import Journey, Step


def steps_by_stage(journey_id: UUID) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return a journey's steps for a list to choose from, grouped by stage, in order."""
    rows = Step.objects.filter(stream=journey_id).select_related("stage")
    stages: dict[UUID, tuple[str, list[tuple[str, str]]]] = {}
    for step in rows.order_by("stage__position", "stage_id", "position", "pk"):
        _, steps = stages.setdefault(step.stage_id, (step.stage.title, []))
        steps.append((str(step.pk), step.title))
    return list(stages.values())


def steps_linking_to(journey_id: UUID) -> list[Step]:
    """Return the steps that this journey opens in, with their journeys."""
    rows = Step.objects.filter(opens=journey_id).select_related("stage__journey")
    return list(rows.order_by("stage__journey__title", "pk"))


def future_variants(journey_id: UUID) -> list[Journey]:
    """Return the journeys that say how this one should be."""
    return list(Journey.objects.filter(pair_of=journey_id).order_by("title", "pk"))
