"""Queries for the ownership page. Call them inside tenant_scope(). They run few queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Window
from django.db.models.functions import RowNumber

from journeys.models import Journey, Stage
from ownership.models import Appointment, Directorship
from ownership.queries import (
    Coverage,
    JourneyCoverage,
    Standing,
    State,
    current_appointments,
    ownership_standings,
)
from pages.queries.journeys import LowestStep, emotion_curves
from people.models import Person

MAX_STAGES_SHOWN = 24  # of a journey


@dataclass
class JourneyStages:
    """A journey's stages in the customer's order, with their owners."""

    journey_id: UUID
    title: str
    coverage: Coverage
    stages: list[Standing] = field(default_factory=list)
    lowest_step: LowestStep | None = None

    @property
    def states(self) -> list[str]:
        return [stage.state for stage in self.stages]

    @property
    def hidden(self) -> int:
        """The number of the journey's stages that aren't in `stages`."""
        return self.coverage.stages - len(self.stages)


def stages_of_journeys(journeys: Sequence[JourneyCoverage]) -> list[JourneyStages]:
    """Return the first MAX_STAGES_SHOWN stages of each journey, with their directors. Runs three queries."""
    rows = {
        row.journey_id: JourneyStages(row.journey_id, row.title, row.coverage) for row in journeys
    }
    numbered = Stage.objects.filter(stream__in=list(rows)).annotate(
        number=Window(RowNumber(), partition_by="stream", order_by=("position", "pk"))
    )
    first = numbered.filter(number__lte=MAX_STAGES_SHOWN).values_list("pk", flat=True)
    for standing in ownership_standings(first, by="stage_id"):
        rows[standing.journey_id].stages.append(standing)
    for journey_id, curve in emotion_curves(rows).items():
        rows[journey_id].lowest_step = curve.lowest_step
    return list(rows.values())


@dataclass
class UnownedStage:
    """A stage that needs a decision, with the people concerned."""

    standing: Standing
    claimants: list[Person]  # the director first
    proposed: Person | None
    journey: Journey
    appointments: dict[str, Appointment]


def unowned_stages(places: Mapping[UUID, int]) -> dict[str, list[UnownedStage]]:
    """Group the given stages by state: contested, claimed, vacant or orphaned. Runs five queries.

    None of the stages may be owned. `places` maps each stage's id to its sort position.
    """
    rows = ownership_standings(places, by="stage_id")
    rows.sort(key=lambda standing: places[standing.stage_id])
    journeys = Journey.objects.in_bulk({standing.journey_id for standing in rows})
    persons = Person.objects.in_bulk(
        {person_id for standing in rows for person_id in standing.claimants or ()}
    )
    proposed = _proposed_persons(standing.stage_id for standing in rows)
    appointments = current_appointments(journeys)
    found: dict[str, list[UnownedStage]] = {
        state: [] for state in (State.CONTESTED, State.CLAIMED, State.VACANT, State.ORPHANED)
    }
    for standing in rows:
        found[standing.state].append(
            UnownedStage(
                standing,
                [persons[person_id] for person_id in standing.claimants or ()],
                proposed.get(standing.stage_id),
                journeys[standing.journey_id],
                appointments[standing.journey_id],
            )
        )
    return found


def _proposed_persons(stage_ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Return the person of the oldest open proposal of each stage, by stage id. Runs one query."""
    proposals = Directorship.objects.filter(
        stage__in=list(stage_ids), accepted_at=None, ended_at=None
    )
    rows = proposals.select_related("person").order_by("-proposed_at")
    return {row.stage_id: row.person for row in rows}
