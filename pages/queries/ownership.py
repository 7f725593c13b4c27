"""Queries for the ownership page. Call them inside tenant_scope(). They run few queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from journeys.models import Journey, Stage
from ownership.models import Appointment, Directorship, StageStanding
from ownership.queries import Coverage, JourneyCoverage, State, current_appointments
from pages.queries.journeys import LowestStep, emotion_curves
from people.models import Person

MAX_STAGES_SHOWN = 24  # of a journey


@dataclass
class JourneyStages:
    """A journey's stages in the customer's order, with their owners."""

    journey_id: UUID
    title: str
    coverage: Coverage
    stages: list[StageStanding] = field(default_factory=list)
    lowest_step: LowestStep | None = None

    @property
    def states(self) -> list[str]:
        return [stage.state for stage in self.stages]

    @property
    def hidden(self) -> int:
        """The number of stages that are left out."""
        return self.coverage.stages - len(self.stages)


def stages_of_journeys(journeys: Sequence[JourneyCoverage]) -> list[JourneyStages]:
    """Return the first stages of journeys, with their directors. Three queries."""
    rows = {
        row.journey_id: JourneyStages(row.journey_id, row.title, row.coverage) for row in journeys
    }
    by_position = ("position", "pk")
    numbered = Stage.objects.filter(stream__in=list(rows)).annotate(
        number=Window(RowNumber(), partition_by="stream", order_by=by_position)
    )
    first = list(numbered.filter(number__lte=MAX_STAGES_SHOWN).order_by(*by_position))
    # Filter by ids, so that PostgreSQL determines absences only for the directors of these stages.
    standings = StageStanding.objects.select_related("director").in_bulk(
        [stage.pk for stage in first]
    )
    for stage in first:
        standing = standings[stage.pk]
        standing.stage = stage
        rows[stage.journey_id].stages.append(standing)
    for journey_id, curve in emotion_curves(rows).items():
        rows[journey_id].lowest_step = curve.lowest_step
    return list(rows.values())


@dataclass
class UnownedStage:
    """A stage that needs a decision, with the people concerned."""

    standing: StageStanding
    claimants: list[Person]  # the director first
    proposed: Person | None
    appointments: dict[str, Appointment]

    @property
    def journey(self) -> Journey:
        return self.standing.stage.journey


def unowned_stages(workspace_id: UUID, limit: int) -> dict[str, list[UnownedStage]]:
    """Return the first stages in each state except owned, by state. Runs four queries.

    Only stages that count for coverage are included. Stages that have been in their state longest
    come first.
    """
    standings = list(_first_of_each_state(workspace_id, limit))
    persons = Person.objects.in_bulk(
        {person_id for standing in standings for person_id in standing.claimants}
    )
    proposed = _proposed_persons(standing.stage_id for standing in standings)
    appointments = current_appointments({standing.journey_id for standing in standings})
    found: dict[str, list[UnownedStage]] = {
        state: [] for state in (State.CONTESTED, State.VACANT, State.ORPHANED)
    }
    for standing in standings:
        found[standing.state].append(
            UnownedStage(
                standing,
                [persons[person_id] for person_id in standing.claimants],
                proposed.get(standing.stage_id),
                appointments[standing.journey_id],
            )
        )
    return found


def _first_of_each_state(workspace_id: UUID, limit: int) -> QuerySet[StageStanding]:
    """Return the first stages of each state except owned, ranked in one pass over the view."""
    by_age = (
        F("since").asc(nulls_first=True),
        "stage__journey__title",
        "journey",
        "stage__position",
        "stage",
    )
    unowned = StageStanding.objects.filter(workspace=workspace_id, is_counted=True)
    ranked = unowned.exclude(state=State.OWNED).annotate(
        place=Window(RowNumber(), partition_by="state", order_by=by_age)
    )
    return ranked.filter(place__lte=limit).select_related("stage__journey").order_by("place")


def _proposed_persons(stage_ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Return the person of the oldest open proposal of each stage."""
    proposals = Directorship.objects.filter(
        stage__in=list(stage_ids), accepted_at=None, ended_at=None
    )
    rows = proposals.select_related("person").order_by("-proposed_at")
    return {row.stage_id: row.person for row in rows}
