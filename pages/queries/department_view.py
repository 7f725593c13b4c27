"""Queries for what one department does to customers, across journeys. Call them inside tenant_scope()."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Avg, Count, Min, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from core.text import Text
from journeys.models import Journey, Stage, Step
from ownership.models import Case, Claim, Contest, Directorship, HandOffStanding
from pages.queries.journeys import StageNode, journey_tree
from people.models import Department
from people.queries import current_placements
from touchpoints.models import Promise, Touchpoint

MAX_TOUCHPOINTS = 50  # of one journey, and of one page
LOWS, BROKEN = "lows", "broken"
CONDITIONS: Mapping[str, Text] = {LOWS: _("Only lows"), BROKEN: _("Only broken promises")}
CUSTOMER_ORDER = (
    "step__stage__position",
    "step__stage",
    "step__position",
    "step",
    "lane__position",
    "lane",
    "position",
    "pk",
)


@dataclass
class DepartmentStep:
    """A step with the department's touchpoints in it, and the promises that are made or tested there."""

    step: Step
    touchpoints: list[Touchpoint] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)


@dataclass
class DepartmentStage:
    """A stage with everything that the department does in it and answers for. `number` counts from 1."""

    stage: Stage
    number: int
    steps: list[DepartmentStep] = field(default_factory=list)
    directorship: Directorship | None = None
    claims: list[Claim] = field(default_factory=list)
    contest: Contest | None = None
    cases: list[Case] = field(default_factory=list)
    handoff_in: HandOffStanding | None = None
    handoff_out: HandOffStanding | None = None
    skipped: int = 0  # stages just before it that don't involve the department

    @property
    def is_involved(self) -> bool:
        return bool(self.steps or self.directorship or self.claims or self.contest or self.cases)


@dataclass
class DepartmentJourney:
    """A journey in which a department meets customers or answers for a stage.

    The numbers are those of the department's touchpoints that match the filters. `stages` has the stages that involve
    it, with its first MAX_TOUCHPOINTS touchpoints.
    """

    journey: Journey
    touchpoint_count: int = 0
    lowest: int | None = None
    mean: float | None = None
    stages: list[DepartmentStage] = field(default_factory=list)
    skipped: int = 0  # stages after the last one that involves the department

    @property
    def hidden_count(self) -> int:
        """The number of touchpoints that aren't listed."""
        return max(0, self.touchpoint_count - MAX_TOUCHPOINTS)


def department_journeys(
    department: Department, *, kind: str = "", only: str = ""
) -> list[DepartmentJourney]:
    """Return the journeys that involve a department, without their stages: those with the worst feeling first.

    Templates, retired journeys and future states are left out. With `only`, a key of CONDITIONS, journeys without
    a matching touchpoint are left out, too. Runs at most five queries.
    """
    felt = (
        _touchpoints(department, only)
        .values("stream_id")
        .annotate(count=Count("pk"), lowest=Min("emotion"), mean=Avg("emotion"))
    )
    figures = {row["stream_id"]: (row["count"], row["lowest"], row["mean"]) for row in felt}
    ids = set(figures)
    if not only:
        for rows in (_directorships(department), _claims(department), _cases(department)):
            ids.update(rows.values_list("stream_id", flat=True))
    journeys = Journey.objects.filter(
        pk__in=ids, is_template=False, state=Journey.State.CURRENT
    ).exclude(status=Journey.Status.RETIRED)
    if kind:
        journeys = journeys.filter(kind=kind)
    found = [
        DepartmentJourney(journey, *figures.get(journey.pk, ()))
        for journey in journeys.defer("source", "summary").order_by("title", "pk")
    ]
    return sorted(found, key=_badness)


def _badness(row: DepartmentJourney) -> tuple[float, float]:
    """Return the sort key of a journey. Journeys without any feeling come last."""
    if row.lowest is None or row.mean is None:
        return (3, 0)
    return (row.lowest, row.mean)


def add_stages(
    rows: Collection[DepartmentJourney], department: Department, *, only: str = ""
) -> None:
    """Add to these journeys the stages that involve the department. The number of queries is fixed.

    With `only`, a key of CONDITIONS, only the stages with a matching touchpoint are added.
    """
    ids = [row.journey.pk for row in rows]
    steps = _steps_with_touchpoints(department, ids, only)
    involvement = Involvement.of(department, ids)
    stages: dict[UUID, list[Stage]] = defaultdict(list)
    for stage in Stage.objects.filter(stream__in=ids).order_by("position", "pk"):
        stages[stage.stream_id].append(stage)
    for row in rows:
        for number, stage in enumerate(stages[row.journey.pk], 1):
            met = involvement.in_stage(stage, number, steps.get(stage.pk, []))
            if met.steps if only else met.is_involved:
                met.skipped, row.skipped = row.skipped, 0
                row.stages.append(met)
            else:
                row.skipped += 1


def _steps_with_touchpoints(
    department: Department, journey_ids: Collection[UUID], only: str
) -> dict[UUID, list[DepartmentStep]]:
    """Return the steps with the first MAX_TOUCHPOINTS touchpoints of each journey, by stage. Two queries."""
    numbered = _touchpoints(department, only).annotate(
        number=Window(RowNumber(), partition_by="stream", order_by=CUSTOMER_ORDER)
    )
    listed = (
        numbered.filter(stream__in=journey_ids, number__lte=MAX_TOUCHPOINTS)
        .select_related("step", "channel")
        .order_by("number")
    )
    steps: dict[UUID, DepartmentStep] = {}
    for touchpoint in listed:
        step = steps.setdefault(touchpoint.step_id, DepartmentStep(touchpoint.step))
        step.touchpoints.append(touchpoint)
    promises = Promise.objects.filter(Q(made_in__in=steps) | Q(tested_in__in=steps))
    for promise in promises.filter(stream__in=journey_ids).order_by("title", "pk"):
        for step_id in {promise.made_in_id, promise.tested_in_id} & steps.keys():
            steps[step_id].promises.append(promise)
    found: dict[UUID, list[DepartmentStep]] = defaultdict(list)
    for step in steps.values():
        found[step.step.stage_id].append(step)
    return found


@dataclass(frozen=True)
class Involvement:
    """What a department answers for in some journeys, and what others hold against it, each by stage."""

    department: Department
    directorships: Mapping[UUID, Directorship]
    claims: Mapping[UUID, list[Claim]]
    contests: Mapping[UUID, Contest]
    cases: Mapping[UUID, list[Case]]
    handoffs_in: Mapping[UUID, HandOffStanding]
    handoffs_out: Mapping[UUID, HandOffStanding]

    @classmethod
    def of(cls, department: Department, journey_ids: Collection[UUID]) -> "Involvement":
        """Return the involvement of a department in these journeys. Runs at most six queries."""
        here = Q(stream__in=journey_ids)
        directed = {
            row.stage_id: row
            for row in _directorships(department).filter(here).select_related("person")
        }
        claims, cases = defaultdict(list), defaultdict(list)
        for claim in _claims(department).filter(here).select_related("person").order_by("made_at"):
            claims[claim.stage_id].append(claim)
        for case in _cases(department).filter(here).order_by("due_on", "pk"):
            cases[case.stage_id].append(case)
        contests = Contest.objects.filter(
            here,
            settled_at=None,
            parties__department=department,
            parties__left_at=None,
        )
        standings = list(
            HandOffStanding.objects.filter(journey__in={row.stream_id for row in directed.values()})
            .exclude(state=HandOffStanding.State.ASLEEP)
            .select_related("from_stage", "to_stage")
        )
        return cls(
            department,
            directed,
            claims,
            {contest.stage_id: contest for contest in contests},
            cases,
            {row.to_stage_id: row for row in standings if row.to_stage_id in directed},
            {row.from_stage_id: row for row in standings if row.from_stage_id in directed},
        )

    def in_stage(self, stage: Stage, number: int, steps: list[DepartmentStep]) -> DepartmentStage:
        return DepartmentStage(
            stage,
            number,
            steps,
            self.directorships.get(stage.pk),
            self.claims.get(stage.pk, []),
            self.contests.get(stage.pk),
            self.cases.get(stage.pk, []),
            self.handoffs_in.get(stage.pk),
            self.handoffs_out.get(stage.pk),
        )


@dataclass(frozen=True)
class StagePair:
    """A stage from the customer's side, and the same stage from the department's side."""

    customer: StageNode
    met: DepartmentStage


def stage_pairs(
    department: Department, journey_id: UUID, stage_ids: Collection[UUID], first_number: int
) -> list[StagePair]:
    """Return these stages of a journey from both sides. They are numbered from `first_number`.

    The number of queries is fixed.
    """
    involvement = Involvement.of(department, [journey_id])
    stages = journey_tree(journey_id, stage_ids).stages
    return [
        StagePair(node, involvement.in_stage(node.stage, number, _steps_of(department, node)))
        for number, node in enumerate(stages, first_number)
    ]


def _steps_of(department: Department, node: StageNode) -> list[DepartmentStep]:
    """Return the steps of a stage in which the department has touchpoints. No queries."""
    steps = []
    for step in node.steps:
        own = [cell for cell in step.cells.values() if cell.lane.department_id == department.pk]
        if own:
            promises = {row.pk: row for row in step.promises_made + step.promises_tested}
            touchpoints = [touchpoint for cell in own for touchpoint in cell.touchpoints]
            steps.append(DepartmentStep(step.step, touchpoints, list(promises.values())))
    return steps


def _touchpoints(department: Department, only: str) -> QuerySet[Touchpoint]:
    rows = Touchpoint.objects.filter(lane__department=department)
    if only == LOWS:
        return rows.filter(emotion__lt=0)
    if only == BROKEN:
        broken = Promise.objects.filter(
            workspace=department.workspace_id, status=Promise.Status.BROKEN
        )
        return rows.filter(
            Q(step__in=broken.values("made_in")) | Q(step__in=broken.values("tested_in"))
        )
    return rows


def _directorships(department: Department) -> QuerySet[Directorship]:
    """Return the current directorships for a department, by the mandate or else by the director's placement."""
    placed = current_placements(department.workspace_id).filter(department=department)
    return Directorship.objects.filter(
        Q(department=department) | Q(department=None, person__in=placed.values("person")),
        workspace=department.workspace_id,
        accepted_at__isnull=False,
        ended_at=None,
    )


def _claims(department: Department) -> QuerySet[Claim]:
    return Claim.objects.filter(department=department, kind=Claim.Kind.CLAIM, ended_at=None)


def _cases(department: Department) -> QuerySet[Case]:
    return Case.objects.filter(department=department, closed_at=None)
