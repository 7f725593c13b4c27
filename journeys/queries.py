"""Queries about journeys that several apps share. Call them inside tenant_scope()."""

from uuid import UUID

from django.db.models import F, QuerySet

from core.search import NameSearch, SearchName
from journeys.models import Journey, Step

MAX_SUGGESTED_FOLDERS = 200
JOURNEY_SEARCH = NameSearch("api_journey_search", F("search_name"), lambda journey: journey.folder)
PERSONA_SEARCH = NameSearch("api_persona_search", SearchName("name"), lambda persona: "")


def linkable_journeys(workspace_id: UUID) -> QuerySet[Journey]:
    """Return the journeys of a workspace that other journeys can refer to: all except templates."""
    return Journey.objects.filter(workspace=workspace_id, is_template=False)


def steps_by_stage(journey_id: UUID) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return a journey's steps in order, grouped by stage, as choices for a form."""
    rows = Step.objects.filter(stream=journey_id).select_related("stage")
    stages: dict[UUID, tuple[str, list[tuple[str, str]]]] = {}
    for step in rows.order_by("stage__position", "stage_id", "position", "pk"):
        _, steps = stages.setdefault(step.stage_id, (step.stage.title, []))
        steps.append((str(step.pk), step.title))
    return list(stages.values())


def list_folders(workspace_id: UUID) -> list[str]:
    """Return the folders of a workspace's journeys, by name; at most MAX_SUGGESTED_FOLDERS."""
    rows = Journey.objects.filter(workspace=workspace_id).exclude(folder="").order_by("folder")
    return list(rows.values_list("folder", flat=True).distinct()[:MAX_SUGGESTED_FOLDERS])


def steps_linking_to(journey_id: UUID) -> list[Step]:
    """Return the steps that open this journey, with their stages and journeys loaded."""
    rows = Step.objects.filter(opens=journey_id).select_related("stage__journey")
    return list(rows.order_by("stage__journey__title", "pk"))


def future_variants(journey_id: UUID) -> list[Journey]:
    """Return the future states of this journey."""
    return list(Journey.objects.filter(pair_of=journey_id).order_by("title", "pk"))
