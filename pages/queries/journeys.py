"""Queries for pages that combine several apps.

Call them inside tenant_scope(). They run few queries.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Avg, Func, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Coalesce

from changes.history import actor_names
from changes.models import ChangeSet
from core.fields import fold
from journeys.models import Journey, Lane, Measure, Note, Stage, Step
from ownership.models import Appointment
from ownership.queries import StageOwnership, current_appointments, stage_ownership
from people.models import Person
from touchpoints.models import Promise, Touchpoint


class Fold(Func):
    """The SQL function that does the same as core.fields.fold()."""

    function = "cxmap_fold"
    output_field = TextField()


@dataclass
class StepEmotion:
    """A step's emotion: a point of the emotion curve."""

    step_id: UUID
    title: str
    stage_id: UUID
    emotion: float | None  # the mean of its touchpoints' emotions


@dataclass
class JourneySummary:
    """What a row in a list of journeys shows."""

    journey: Journey
    step_emotions: list[StepEmotion] = field(default_factory=list)
    stages: list[StageOwnership] = field(default_factory=list)
    appointments: dict[str, Appointment] = field(default_factory=dict)
    changed_at: datetime | None = None
    changed_by: str = ""
    pair: Journey | None = None  # the other journey of a pair: current or future state
    pair_emotions: list[float | None] = field(default_factory=list)  # the pair's emotions

    @property
    def key(self) -> str:
        return str(self.journey.pk)

    @property
    def emotions(self) -> list[float | None]:
        return [step.emotion for step in self.step_emotions]

    @property
    def lowest_step(self) -> StepEmotion | None:
        """The step with the lowest emotion. If there are several, the first of them."""
        felt = [step for step in self.step_emotions if step.emotion is not None]
        return min(felt, key=lambda step: step.emotion or 0, default=None)

    @property
    def ownership_states(self) -> list[str]:
        return [stage.state for stage in self.stages]

    @property
    def owned_count(self) -> int:
        return self.ownership_states.count("owned")

    @property
    def responsible_people(self) -> list[Person]:
        """Everyone who is responsible for something in the journey. The producer comes first."""
        people = [self.appointments["producer"].person] if "producer" in self.appointments else []
        people += [stage.director for stage in self.stages if stage.director is not None]
        return list({person.pk: person for person in people}.values())


def search_journeys(
    workspace_id: UUID, *, q: str = "", kind: str = "", status: str = ""
) -> QuerySet[Journey]:
    """Return the journeys of a workspace, those that a person has changed last first.

    Templates are left out. So are retired journeys, unless `status` asks for them. Each row has
    `changed_at`, the time of the last change by a person, or of its creation.
    """
    rows = Journey.objects.filter(workspace=workspace_id, is_template=False)
    rows = rows.select_related("persona", "pair_of")
    rows = rows.filter(status=status) if status else rows.exclude(status=Journey.Status.RETIRED)
    if kind:
        rows = rows.filter(kind=kind)
    if q:
        rows = rows.alias(
            folded_title=Fold("title"),
            folded_summary=Fold("summary"),
            folded_persona=Fold("persona__name"),
        )
        rows = rows.filter(
            Q(folded_title__contains=fold(q))
            | Q(folded_summary__contains=fold(q))
            | Q(folded_persona__contains=fold(q))
        )
    changed_at = Subquery(change_sets_by_persons("stream").values("at")[:1])
    rows = rows.annotate(changed_at=Coalesce(changed_at, "updated_at"))
    return rows.order_by("-changed_at", "pk")


def journey_summaries(journeys: Sequence[Journey]) -> list[JourneySummary]:
    """Return a summary of each journey. Thirteen queries for any number of journeys."""
    ids = [journey.pk for journey in journeys]
    rows = {journey.pk: JourneySummary(journey, pair=journey.pair_of) for journey in journeys}
    for future in Journey.objects.filter(pair_of__in=ids, is_template=False).order_by("-pk"):
        if future.pair_of_id is not None:
            rows[future.pair_of_id].pair = future
    lived: dict[UUID, list[StepEmotion]] = defaultdict(list)
    for journey_id, moment in step_emotions(
        {*ids, *(row.pair.pk for row in rows.values() if row.pair)}
    ):
        lived[journey_id].append(moment)
    for row in rows.values():
        row.step_emotions = lived[row.journey.pk]
        row.pair_emotions = [step.emotion for step in lived[row.pair.pk]] if row.pair else []
    ownership = stage_ownership(ids)
    for stage_id, journey_id in stages_in_order(ids):
        rows[journey_id].stages.append(ownership[stage_id])
    for journey_id, held in current_appointments(ids).items():
        rows[journey_id].appointments = held
    sets = latest_change_sets_by_persons(ids)
    names = actor_names(sets)
    for journey in journeys:
        rows[journey.pk].changed_at = journey.updated_at
    for change_set in sets:
        rows[change_set.stream_id].changed_at = change_set.at
        rows[change_set.stream_id].changed_by = names.get(
            (change_set.actor_kind, change_set.actor_id), ""
        )
    return list(rows.values())


def step_emotions(journey_ids: Iterable[UUID]) -> list[tuple[UUID, StepEmotion]]:
    """Return (journey id, step with the mean emotion of its touchpoints), in journey order."""
    steps = Step.objects.filter(stream__in=list(journey_ids))
    felt = steps.annotate(emotion=Avg("touchpoints__emotion")).order_by(
        "stream_id", "stage__position", "stage_id", "position", "pk"
    )
    return [
        (stream_id, StepEmotion(pk, title, stage_id, None if emotion is None else float(emotion)))
        for stream_id, pk, title, stage_id, emotion in felt.values_list(
            "stream_id", "pk", "title", "stage_id", "emotion"
        )
    ]


def stages_in_order(journey_ids: Iterable[UUID]) -> list[tuple[UUID, UUID]]:
    """Return (stage id, journey id) pairs, in journey order."""
    rows = Stage.objects.filter(stream__in=list(journey_ids))
    return list(rows.order_by("stream_id", "position", "pk").values_list("pk", "stream_id"))


def change_sets_by_persons(stream: str) -> QuerySet[ChangeSet]:
    """Return the change sets by people in the outer query's `stream`, latest first.

    Change sets by the audit, by tokens and by other systems are left out.
    """
    sets = ChangeSet.objects.filter(stream=OuterRef(stream), actor_kind__in=("member", "guest"))
    return sets.order_by("-version")


def latest_change_sets_by_persons(journey_ids: Iterable[UUID]) -> list[ChangeSet]:
    """Return the last change set by a person in each journey. One query."""
    journeys = Journey.objects.filter(pk__in=list(journey_ids))
    last = journeys.annotate(last=Subquery(change_sets_by_persons("stream").values("pk")[:1]))
    return list(ChangeSet.objects.filter(pk__in=last.values("last")))


@dataclass
class CellNode:
    """The touchpoints of one step in one lane."""

    lane: Lane
    touchpoints: list[Touchpoint] = field(default_factory=list)


@dataclass
class StepNode:
    step: Step
    cells: dict[UUID, CellNode] = field(default_factory=dict)
    promises_made: list[Promise] = field(default_factory=list)
    promises_tested: list[Promise] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)

    @property
    def emotion(self) -> float | None:
        felt = [t.emotion for c in self.cells.values() for t in c.touchpoints]
        emotions = [emotion for emotion in felt if emotion is not None]
        return sum(emotions) / len(emotions) if emotions else None


@dataclass
class StageNode:
    stage: Stage
    ownership: StageOwnership
    steps: list[StepNode] = field(default_factory=list)

    @property
    def touchpoint_count(self) -> int:
        return sum(len(c.touchpoints) for s in self.steps for c in s.cells.values())


@dataclass
class JourneyTree:
    """A whole journey in the order of the customer's experience."""

    stages: list[StageNode]
    lanes: list[Lane]
    promises: list[Promise]

    @property
    def steps(self) -> list[StepNode]:
        return [step for stage in self.stages for step in stage.steps]


def journey_tree(journey_id: UUID) -> JourneyTree:
    """Return a whole journey. Twelve queries, however large it is."""

    def rows(model: Any, *related: str) -> list[Any]:
        records = model.objects.filter(stream=journey_id).select_related(*related)
        return list(records.order_by("position", "pk"))

    return build_journey_tree(
        rows(Lane, "department"),
        rows(Stage),
        rows(Step, "opens"),
        rows(Touchpoint, "channel"),
        rows(Note),
        rows(Measure),
        list(Promise.objects.filter(stream=journey_id).order_by("title", "pk")),
        stage_ownership([journey_id]),
    )


def build_journey_tree(
    lanes: list[Lane],
    stage_rows: Iterable[Stage],
    step_rows: Iterable[Step],
    touchpoints: Iterable[Touchpoint],
    notes: Iterable[Note],
    measures: Iterable[Measure],
    promises: list[Promise],
    ownership: dict[UUID, StageOwnership],
) -> JourneyTree:
    """Return a whole journey, built from rows in order. No queries."""
    stages = {stage.pk: StageNode(stage, ownership[stage.pk]) for stage in stage_rows}
    steps: dict[UUID, StepNode] = {}
    for step in step_rows:
        step.stage = stages[step.stage_id].stage
        steps[step.pk] = StepNode(step)
        stages[step.stage_id].steps.append(steps[step.pk])
    _fill_cells(touchpoints, lanes, steps)
    for note in notes:
        steps[note.step_id].notes.append(note)
    for measure in measures:
        steps[measure.step_id].measures.append(measure)
    for promise in promises:
        steps[promise.made_in_id].promises_made.append(promise)
        steps[promise.tested_in_id].promises_tested.append(promise)
        promise.made_in, promise.tested_in = (
            steps[promise.made_in_id].step,
            steps[promise.tested_in_id].step,
        )
    return JourneyTree(list(stages.values()), lanes, promises)


def _fill_cells(
    touchpoints: Iterable[Touchpoint], lanes: list[Lane], steps: dict[UUID, StepNode]
) -> None:
    """Put each touchpoint into the cell of its step and lane. A step's cells are in lane order."""
    cells: dict[tuple[UUID, UUID], list[Touchpoint]] = defaultdict(list)
    for touchpoint in touchpoints:
        cells[touchpoint.step_id, touchpoint.lane_id].append(touchpoint)
    for step in steps.values():
        for lane in lanes:
            if in_cell := cells.get((step.step.pk, lane.pk)):
                step.cells[lane.pk] = CellNode(lane, in_cell)
