"""Queries for the dashboard of a workspace. Call them inside tenant_scope().

Every figure counts stages of counted_stages(), so it equals the length of the list that it links to.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from changes.models import Record
from core.text import Text
from journeys.models import Journey
from ownership.models import Party, StageStanding
from ownership.queries import COUNTED, Coverage, State
from people.models import Department
from touchpoints.models import Touchpoint

# The lists of stages: what they are called, and the states of their stages.
LISTS: Mapping[str, tuple[Text, Sequence[str]]] = {
    "": (_("All stages"), State.values),
    "open": (
        _("Without one director"),
        (State.CONTESTED, State.VACANT, State.ORPHANED, State.CLAIMED),
    ),
    "owned": (_("One director"), (State.OWNED,)),
    "contested": (_("Two or more claim it"), (State.CONTESTED,)),
    "unowned": (_("Nobody"), (State.VACANT, State.ORPHANED)),
    "claimed": (_("Claimed, not confirmed"), (State.CLAIMED,)),
}

IS_OPEN = ~Q(state=State.OWNED)
RecordT = TypeVar("RecordT", bound=Record)
MAX_TICKS, MAX_TICK_GROUPS = 480, 60
LEDGER_WIDTH_PX, LEDGER_GAP_PX = 1100, 10
MIN_PITCH_PX, MAX_PITCH_PX = 4, 30


@dataclass(frozen=True)
class DashboardFilters:
    """What a dashboard covers: a workspace, or only a kind of experience or a department in it.

    A department covers the stages in which it has touchpoints, so that it also sees those that nobody directs.
    """

    workspace_id: UUID
    kind: str = ""
    department: Department | None = None

    @property
    def are_set(self) -> bool:
        return bool(self.kind or self.department)


def counted_stages(filters: DashboardFilters) -> QuerySet[StageStanding]:
    """Return the stages of live journeys that show the current state, as far as the filters cover them."""
    stages = StageStanding.objects.filter(workspace=filters.workspace_id, is_counted=True)
    if filters.kind:
        stages = stages.filter(journey__kind=filters.kind)
    if filters.department:
        stages = stages.filter(_has_touchpoints(filters.department, "pk"))
    return stages


@dataclass(frozen=True)
class JourneyStates:
    """The states of a journey's stages, in the customer's order."""

    journey_id: UUID
    title: str
    states: tuple[str, ...]
    coverage: Coverage
    open_since: Mapping[UUID, datetime | None] = field(default_factory=dict)  # by stage


def journey_states(filters: DashboardFilters) -> list[JourneyStates]:
    """Return the states of the stages of each journey, ordered by title. One query."""
    rows: Iterable[Any] = (
        counted_stages(filters)
        .values_list("journey", "journey__title")
        .annotate(
            states=ArrayAgg("state", order_by=("stage__position", "stage")),
            open=ArrayAgg("stage", filter=IS_OPEN, order_by="stage", default=Value([])),
            since=ArrayAgg("since", filter=IS_OPEN, order_by="stage", default=Value([])),
        )
        .order_by("journey__title", "journey")
    )
    return [
        JourneyStates(
            journey_id,
            title,
            tuple(states),
            Coverage(**{state: states.count(state) for state in State.values}),
            dict(zip(open_ids, since, strict=True)),
        )
        for journey_id, title, states, open_ids, since in rows
    ]


@dataclass(frozen=True)
class Ledger:
    """The journeys whose stages are drawn one by one, and the sum of all others. `pitch` is the pixels per stage."""

    journeys: Sequence[JourneyStates]
    others: Sequence[JourneyStates]
    rest: Coverage
    pitch: int


def build_ledger(journeys: Sequence[JourneyStates]) -> Ledger:
    """Return the ledger of these journeys. No queries.

    If they have too many stages to tell ticks apart, those with the most open stages are drawn.
    """
    shown: list[JourneyStates] = []
    others: list[JourneyStates] = []
    stages = 0
    for row in sorted(journeys, key=lambda row: -row.coverage.open):
        stages += row.coverage.stages
        is_shown = not others and stages <= MAX_TICKS and len(shown) < MAX_TICK_GROUPS
        (shown if is_shown or not shown else others).append(row)
    drawn = sum(row.coverage.stages for row in shown)
    space = LEDGER_WIDTH_PX - LEDGER_GAP_PX * len(shown)
    return Ledger(
        journeys if not others else shown,
        others,
        sum((row.coverage for row in others), Coverage()),
        max(MIN_PITCH_PX, min(MAX_PITCH_PX, space // max(drawn, 1))),
    )


def stage_list(
    filters: DashboardFilters,
    name: str = "",
    *,
    journey_id: UUID | None = None,
    between: Sequence[UUID] = (),
) -> QuerySet[StageStanding]:
    """Return the stages of a list of LISTS, ordered by journey and position. Unknown lists are empty.

    With `between`, only stages with an open contest in which all of these departments take part.
    """
    if name not in LISTS:
        return StageStanding.objects.none()
    condition = Q() if name == "" else Q(state__in=LISTS[name][1])
    if journey_id:
        condition &= Q(journey=journey_id)
    for department_id in between:
        condition &= Q(
            Exists(
                Party.objects.filter(
                    contest__stage=OuterRef("pk"),
                    contest__settled_at=None,
                    left_at=None,
                    department=department_id,
                )
            )
        )
    rows = counted_stages(filters).filter(condition).select_related("stage", "journey", "director")
    return rows.order_by("journey__title", "journey", "stage__position", "pk")


@dataclass(frozen=True)
class Disagreement:
    """Two departments, in alphabetical order, and the number of contested stages that both claim."""

    first: Department
    second: Department
    stages: int


def disagreements(filters: DashboardFilters) -> list[Disagreement]:
    """Return the pairs of departments that take part in the same open contests, the most frequent first.

    Two queries.
    """
    contests: dict[UUID, set[UUID]] = defaultdict(set)
    for contest_id, department_id in _open_parties(filters).values_list("contest", "department"):
        contests[contest_id].add(department_id)
    departments = Department.objects.in_bulk(set().union(*contests.values()))
    pairs = Counter(
        pair
        for members in contests.values()
        for pair in combinations(sorted(members, key=lambda pk: (departments[pk].name, pk)), 2)
    )
    found = [Disagreement(departments[one], departments[two], n) for (one, two), n in pairs.items()]
    return sorted(found, key=lambda row: (-row.stages, row.first.name, row.second.name))


def _open_parties(filters: DashboardFilters) -> QuerySet[Party]:
    """Return the parties with a department in the open contests over counted stages."""
    parties = Party.objects.filter(contest__settled_at=None, left_at=None, department__isnull=False)
    return in_counted_stages(filters, parties, "contest__stage")


def in_counted_stages(
    filters: DashboardFilters, rows: QuerySet[RecordT], stage: str
) -> QuerySet[RecordT]:
    """Return the records in journeys whose stage, at the path `stage`, is one of counted_stages().

    This doesn't read the view `ownership_standing`.
    """
    journeys = Journey.objects.filter(COUNTED, workspace=filters.workspace_id)
    if filters.kind:
        journeys = journeys.filter(kind=filters.kind)
    rows = rows.filter(stream__in=journeys.values("pk"))
    if filters.department:
        rows = rows.filter(_has_touchpoints(filters.department, stage))
    return rows


def _has_touchpoints(department: Department, stage: str) -> Exists:
    """Match rows in whose stage, at the path `stage`, a department has touchpoints."""
    return Exists(
        Touchpoint.objects.filter(step__stage=OuterRef(stage), lane__department=department)
    )
