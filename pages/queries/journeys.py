"""Queries for pages that combine several apps.

Call them inside tenant_scope(). They run few queries.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import (
    Case,
    Count,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Substr
from django.utils.functional import cached_property

from changes.history import actor_names
from changes.models import PERSON_ACTOR_KINDS, ChangeSet, Record
from core.fields import fold
from core.search import Fold
from journeys.models import Journey, Lane, Measure, Note, Stage, Step
from ownership.handoff_marks import HandOffMark, handoff_marks
from ownership.models import Appointment, StageStanding
from ownership.queries import (
    StageOwnership,
    current_appointments,
    ownership_standings,
    stage_ownership,
)
from storyboards.models import Frame
from touchpoints.models import Promise, Touchpoint

MAX_CURVE_POINTS = 48
MAX_SUBFOLDERS = 100
STAGE_WEIGHT = 4  # a stage with its owner and actions has as much HTML as four touchpoints


@dataclass(frozen=True)
class LowestStep:
    """The step of a journey with the lowest emotion. If there are several, the first one."""

    title: str
    emotion: float


@dataclass(frozen=True)
class EmotionCurve:
    """The emotion of a journey over its steps, as a curve of at most MAX_CURVE_POINTS points.

    A point is the mean emotion of one step or, in a longer journey, of several neighboring steps. The point is
    None if none of these steps has an emotion.
    """

    points: tuple[float | None, ...] = ()
    lowest_step: LowestStep | None = None


@dataclass
class JourneySummary:
    """The data of a row in a list of journeys."""

    journey: Journey
    curve: EmotionCurve = EmotionCurve()
    states: list[str] = field(default_factory=list)  # of its stages, in order
    directors: dict[UUID, str] = field(default_factory=dict)  # the names, in order of the stages
    appointments: dict[str, Appointment] = field(default_factory=dict)
    changed_by: str = ""
    pair: Journey | None = None  # the other journey of a pair: current or future state
    pair_curve: EmotionCurve = EmotionCurve()

    @property
    def key(self) -> str:
        return str(self.journey.pk)

    @property
    def lowest_step(self) -> LowestStep | None:
        return self.curve.lowest_step

    @property
    def changed_at(self) -> datetime:
        """The time when a person last changed the journey, or when it was created."""
        return self.journey.stream.changed_at

    @property
    def owned_count(self) -> int:
        return self.states.count(StageStanding.State.OWNED)

    @cached_property
    def responsible_names(self) -> list[str]:
        """The names of the journey's producer and directors without duplicates, the producer first."""
        producer = self.appointments.get(Appointment.Office.PRODUCER)
        first = {producer.person_id: producer.person.name} if producer else {}
        return list((first | self.directors).values())


def search_journeys(
    workspace_id: UUID, *, q: str = "", kind: str = "", status: str = "", folder: str = ""
) -> QuerySet[Journey]:
    """Return the journeys of a workspace, ordered by the last change by a person, newest first.

    Templates are left out. Retired journeys are left out unless `status` requests them. `folder` includes the folders
    inside it. The stream of each journey is joined.
    """
    rows = Journey.objects.filter(workspace=workspace_id, is_template=False)
    rows = rows.select_related("persona", "pair_of", "stream")
    rows = rows.filter(status=status) if status else rows.exclude(status=Journey.Status.RETIRED)
    if kind:
        rows = rows.filter(kind=kind)
    if folder:
        rows = rows.filter(Q(folder=folder) | Q(folder__startswith=f"{folder}/"))
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
    return rows.order_by("-stream__changed_at", "pk")


def order_by_folder(journeys: QuerySet[Journey]) -> QuerySet[Journey]:
    """Order journeys by folder, those without a folder last. Within a folder, the order stays the same."""
    no_folder = Case(When(folder="", then=Value(1)), default=Value(0))
    names = Func(
        "folder", Value("/"), function="string_to_array", output_field=ArrayField(TextField())
    )
    return journeys.order_by(no_folder, names, *journeys.query.order_by)


@dataclass(frozen=True)
class Subfolder:
    """A folder directly inside another one, with the number of journeys in it at any depth."""

    path: str
    count: int

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


def subfolders(journeys: QuerySet[Journey], parent: str = "") -> list[Subfolder]:
    """Return the folders of these journeys that are directly inside `parent`, by name.

    Returns at most MAX_SUBFOLDERS. Runs one query.
    """
    start = f"{parent}/" if parent else ""
    inside = journeys.filter(folder__startswith=start).exclude(folder="").order_by()
    rest = Substr("folder", len(start) + 1)
    name = Func(rest, Value("/"), Value(1), function="split_part", output_field=TextField())
    counts = inside.annotate(name=name).values("name").annotate(count=Count("pk")).order_by("name")
    return [Subfolder(start + row["name"], row["count"]) for row in counts[:MAX_SUBFOLDERS]]


def journey_summaries(journeys: Sequence[Journey]) -> list[JourneySummary]:
    """Return a summary of each of these journeys of one workspace.

    The number of queries doesn't depend on the number of journeys.
    """
    ids = [journey.pk for journey in journeys]
    rows = {journey.pk: JourneySummary(journey, pair=journey.pair_of) for journey in journeys}
    for future in Journey.objects.filter(pair_of__in=ids, is_template=False).order_by("-pk"):
        if future.pair_of_id is not None:
            rows[future.pair_of_id].pair = future
    curves = emotion_curves({*ids, *(row.pair.pk for row in rows.values() if row.pair)})
    for row in rows.values():
        row.curve = curves[row.journey.pk]
        row.pair_curve = curves[row.pair.pk] if row.pair else EmotionCurve()
    for standing in ownership_standings(ids, by="journey_id"):
        row = rows[standing.journey_id]
        row.states.append(standing.state)
        if standing.director_id and standing.director_name:
            row.directors.setdefault(standing.director_id, standing.director_name)
    for journey_id, held in current_appointments(ids).items():
        rows[journey_id].appointments = held
    sets = latest_change_sets_by_persons(journeys)
    names = actor_names(sets)
    for change_set in sets:
        rows[change_set.stream_id].changed_by = names.get(
            (change_set.actor_kind, change_set.actor_id), ""
        )
    return list(rows.values())


EMOTION_CURVES_SQL = """
    WITH felt AS (
        SELECT step.stream_id, step.title, avg(touchpoint.emotion)::float8 AS emotion,
            row_number() OVER (
                PARTITION BY step.stream_id
                ORDER BY stage.position, stage.id, step.position, step.id
            ) - 1 AS number,
            count(*) OVER (PARTITION BY step.stream_id) AS steps
        FROM journeys_step step
        JOIN journeys_stage stage ON stage.id = step.stage_id
        LEFT JOIN touchpoints_touchpoint touchpoint ON touchpoint.step_id = step.id
            AND touchpoint.stream_id = ANY(%(journeys)s::uuid[])
        WHERE step.stream_id = ANY(%(journeys)s::uuid[])
            AND stage.stream_id = ANY(%(journeys)s::uuid[])  -- so that its index is used, too
        GROUP BY step.id, stage.id
    ), curve AS (
        SELECT stream_id, number * least(steps, %(points)s) / steps AS point,
            avg(emotion) AS emotion
        FROM felt GROUP BY stream_id, point
    ), lowest AS (
        SELECT DISTINCT ON (stream_id) stream_id, title, emotion FROM felt
        WHERE emotion IS NOT NULL ORDER BY stream_id, emotion, number
    )
    SELECT curve.stream_id, array_agg(curve.emotion ORDER BY curve.point),
        lowest.title, lowest.emotion
    FROM curve LEFT JOIN lowest ON lowest.stream_id = curve.stream_id
    GROUP BY curve.stream_id, lowest.title, lowest.emotion
"""


def emotion_curves(journey_ids: Iterable[UUID]) -> dict[UUID, EmotionCurve]:
    """Return the emotion curve of each journey, by id. Journeys without steps have an empty curve. Runs one query."""
    curves = dict.fromkeys(journey_ids, EmotionCurve())
    with connection.cursor() as cursor:
        cursor.execute(
            EMOTION_CURVES_SQL, {"journeys": list(map(str, curves)), "points": MAX_CURVE_POINTS}
        )
        for journey_id, points, title, emotion in cursor.fetchall():
            lowest = None if emotion is None else LowestStep(title, emotion)
            curves[journey_id] = EmotionCurve(tuple(points), lowest)
    return curves


def latest_change_sets_by_persons(journeys: Sequence[Journey]) -> list[ChangeSet]:
    """Return the last change set by a person in each of these journeys of one workspace. Runs one query.

    Change sets by the audit, by tokens and by other systems are left out.
    """
    if not journeys:
        return []
    sets = ChangeSet.objects.filter(workspace_id=journeys[0].workspace_id)
    by_persons = sets.filter(stream=OuterRef("stream"), actor_kind__in=PERSON_ACTOR_KINDS)
    latest = by_persons.order_by("-version").values("id")[:1]
    rows = Journey.objects.filter(pk__in=[journey.pk for journey in journeys])
    return list(sets.filter(id__in=rows.annotate(latest=Subquery(latest)).values("latest")))


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
    frames: list[Frame] = field(default_factory=list)

    @property
    def emotion(self) -> float | None:
        felt = [t.emotion for c in self.cells.values() for t in c.touchpoints]
        emotions = [emotion for emotion in felt if emotion is not None]
        return sum(emotions) / len(emotions) if emotions else None


@dataclass
class StageNode:
    stage: Stage
    ownership: StageOwnership
    handoff: HandOffMark | None = None  # from the stage before it
    steps: list[StepNode] = field(default_factory=list)

    @property
    def touchpoint_count(self) -> int:
        return sum(len(c.touchpoints) for s in self.steps for c in s.cells.values())


@dataclass
class JourneyTree:
    """A journey, or a part of it, in the order in which the customer experiences it."""

    stages: list[StageNode]
    lanes: list[Lane]
    promises: list[Promise]

    @property
    def steps(self) -> list[StepNode]:
        return [step for stage in self.stages for step in stage.steps]

    @property
    def has_frames(self) -> bool:
        return any(step.frames for step in self.steps)


def journey_tree(journey_id: UUID, stage_ids: Collection[UUID] | None = None) -> JourneyTree:
    """Return a journey's whole map, or the part of it in some stages.

    A part includes all lanes, and the promises that are made or tested in these stages. Runs thirteen queries,
    regardless of the size.
    """

    def rows(model: Any, path_to_stage: str, *related: str) -> list[Any]:
        found = model.objects.filter(stream=journey_id).select_related(*related)
        if stage_ids is not None and path_to_stage:
            found = found.filter(**{f"{path_to_stage}__in": stage_ids})
        return list(found.order_by("position", "pk"))

    promises = Promise.objects.filter(stream=journey_id)
    if stage_ids is not None:
        promises = promises.filter(
            Q(made_in__stage__in=stage_ids) | Q(tested_in__stage__in=stage_ids)
        )
    return build_journey_tree(
        rows(Lane, "", "department"),
        rows(Stage, "pk"),
        rows(Step, "stage", "opens"),
        rows(Touchpoint, "step__stage", "channel"),
        rows(Note, "step__stage"),
        rows(Measure, "step__stage"),
        rows(Frame, "step__stage"),
        list(promises.select_related("made_in__stage", "tested_in__stage").order_by("title", "pk")),
        stage_ownership([journey_id], stage_ids),
        handoff_marks(journey_id),
    )


def weigh_stages(journey_id: UUID) -> list[tuple[UUID, int]]:
    """Return a journey's stages in order, each with its weight on a page.

    A step or a touchpoint counts as 1, and a stage itself as STAGE_WEIGHT. Runs one query.
    """
    rows = Stage.objects.filter(stream=journey_id).annotate(
        weight=STAGE_WEIGHT + Count("steps", distinct=True) + Count("steps__touchpoints")
    )
    return list(rows.order_by("position", "pk").values_list("pk", "weight"))


# The path to its stage, for each type of record that is shown in a stage.
PATHS_TO_STAGE: dict[type[Record], str] = {
    Stage: "pk",
    Step: "stage",
    Touchpoint: "step__stage",
    Note: "step__stage",
    Measure: "step__stage",
    Frame: "step__stage",
    Promise: "made_in__stage",
}


def stage_showing(journey_id: UUID, record_id: UUID) -> UUID | None:
    """Return the id of the stage under which a record of a journey is shown, or None. Runs one query."""
    first, *rest = (
        model.objects.filter(stream=journey_id, pk=record_id).order_by().values_list(path)
        for model, path in PATHS_TO_STAGE.items()
    )
    row = first.union(*rest).first()
    return row[0] if row else None


def build_journey_tree(
    lanes: list[Lane],
    stage_rows: Iterable[Stage],
    step_rows: Iterable[Step],
    touchpoints: Iterable[Touchpoint],
    notes: Iterable[Note],
    measures: Iterable[Measure],
    frames: Iterable[Frame],
    promises: list[Promise],
    ownership: dict[UUID, StageOwnership],
    handoffs: Mapping[UUID, HandOffMark],
) -> JourneyTree:
    """Return a journey, or a part of it, built from its rows. The rows must be in order. No queries."""
    stages = {
        stage.pk: StageNode(stage, ownership[stage.pk], handoffs.get(stage.pk))
        for stage in stage_rows
    }
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
    for frame in frames:
        steps[frame.step_id].frames.append(frame)
    for promise in promises:
        if made_in := steps.get(promise.made_in_id):
            made_in.promises_made.append(promise)
            promise.made_in = made_in.step
        if tested_in := steps.get(promise.tested_in_id):
            tested_in.promises_tested.append(promise)
            promise.tested_in = tested_in.step
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
