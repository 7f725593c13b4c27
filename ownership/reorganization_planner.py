"""Plan what a merge or a split of departments changes, without writing anything.

Only current records change. Ended placements and claims, settled contests and closed cases keep their department.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from changes.models import Record, record_types
from core import fractional_index
from core.errors import Conflict
from core.text import isolated
from journeys.models import Lane
from ownership.models import Case, Claim, Contest, Contributor, Directorship, Party
from ownership.reorganization_plans import (
    Effect,
    ItemKind,
    Merge,
    Plan,
    PlanItem,
    PlannedWrite,
    Split,
    new_department,
)
from people.models import Department, Placement
from touchpoints.models import Touchpoint
from workspaces.queries import today_in

R = TypeVar("R", bound=Record)
MAX_JOURNEYS = 1000
PART_RANKS = {part: rank for rank, part in enumerate(Contributor.Part.values)}


def list_movable_items(department: Department) -> list[PlanItem]:
    """Return everything that can move from a department to a new one. Call it inside tenant_scope()."""
    everything = Merge(department, new_department(department, ""))
    return _Planner(everything, timezone.now()).plan().items


def plan_reorganization(request: Merge | Split, at: datetime) -> Plan:
    """Return what a reorganization changes. Runs at most twelve queries. Call it inside tenant_scope().

    Raises Conflict `reorganization-too-large` if it changes more than MAX_JOURNEYS journeys.
    """
    plan = _Planner(request, at).plan()
    if len(plan.journey_ids) > MAX_JOURNEYS:
        raise Conflict(
            gettext("This would change {n} journeys. At most {limit} can change at once.").format(
                n=len(plan.journey_ids), limit=MAX_JOURNEYS
            ),
            code="reorganization-too-large",
        )
    return plan


class _Planner:
    """Planner for a reorganization. It goes through the kinds of records in a fixed order."""

    def __init__(self, request: Merge | Split, at: datetime) -> None:
        self.request = request
        self.at = at
        self.into_id = request.into.pk
        self.workspace_id = request.department.workspace_id
        into = str(request.into.pk) if isinstance(request, Merge) else request.new_name
        self.result = Plan(today_in(self.workspace_id), into)
        self.persons: set[UUID] = set()  # those who move
        self.journeys: set[UUID] = set()  # those whose lane moves
        self.claims: dict[tuple[UUID, UUID], bool] = {}  # by stage and person: whether it moves

    def plan(self) -> Plan:
        self._plan_placements()
        self._plan_lanes()
        self._plan_directorships()
        self._plan_claims()
        self._plan_parties()
        self._plan_contributors()
        self._plan_cases()
        return self.result

    # -- shared parts

    def _rows(self, model: type[R], condition: Q, *related: str) -> list[R]:
        """Return the rows of the departments concerned, those of `into` first."""
        rows = model._base_manager.filter(
            condition,
            workspace=self.workspace_id,
            department__in=[self.request.department.pk, self.into_id],
        )
        rows = rows.select_related(*related) if related else rows
        concerned = [row for row in rows if self._is_leaving(row) or self._is_there(row)]
        return sorted(concerned, key=lambda row: (self._is_leaving(row), row.pk))

    def _is_there(self, row: Any) -> bool:
        return bool(row.department_id == self.into_id)

    def _is_leaving(self, row: Any) -> bool:
        if row.department_id != self.request.department.pk:
            return False
        return isinstance(self.request, Merge) or self._is_chosen(row, self.request)

    def _is_chosen(self, row: Any, split: Split) -> bool:
        """Return whether a row goes to the new department of a split."""
        match row:
            case Placement() | Lane():
                return row.pk in split.moving
            case Directorship():
                return row.person_id in self.persons
            case Party():
                follows = row.person_id in self.persons
                return self.claims.get((row.contest.stage_id, row.person_id), follows)
            case Claim():
                is_chosen = row.person_id in self.persons
                is_chosen = is_chosen if split.others is None else row.pk in split.others
                self.claims[row.stage_id, row.person_id] = is_chosen
                return is_chosen
            case _ if split.others is None:
                return row.stream_id in self.journeys
            case _:
                return row.pk in split.others

    def _groups(
        self, rows: Iterable[R], key: Callable[[R], Hashable]
    ) -> Iterator[tuple[R, list[R]]]:
        """Yield the first row of each affected group, which is kept, and the rows that join it.

        A group is affected if it has more than one row, or if its first row moves.
        """
        groups: dict[Hashable, list[R]] = defaultdict(list)
        for row in rows:
            groups[key(row)].append(row)
        for kept, *others in groups.values():
            if others or self._is_leaving(kept):
                yield kept, others

    def _note(self, kind: str, effect: str, row: Record, title: str, journey: Any = None) -> None:
        place = (journey.pk, journey.title) if journey else (None, "")
        self.result.items.append(PlanItem(kind, effect, row.pk, title, *place))

    def _write(self, op: str, model: type[Record], rows: Any) -> None:
        if rows:
            self.result.writes.append(PlannedWrite(op, model, rows))

    def _move(self, rows: Iterable[R], model: type[R]) -> None:
        """Move rows to the department that takes over."""
        self._write("set", model, {row.pk: {"department": self.into_id} for row in rows})

    # -- people

    def _plan_placements(self) -> None:
        """End placements the day before, and continue them in the other department.

        A person who is in both departments stays in the other one as long as either placement lasts. Heads stay
        heads if the other department has no head.
        """
        rows = self._rows(Placement, Q(until=None) | Q(until__gte=self.result.day), "person")
        there, leaving = _partition(rows, self._is_leaving)
        has_head = any(row.is_head for row in there)
        by_person: dict[UUID, list[Placement]] = defaultdict(list)
        for row in there:
            by_person[row.person_id].append(row)
        added: list[Placement] = []
        extended: dict[UUID, dict[str, Any]] = {}
        for row in sorted(leaving, key=lambda row: (row.since, row.pk)):
            since = max(row.since, self.result.day)
            other = next(
                (o for o in by_person[row.person_id] if _overlap(o, since, row.until)), None
            )
            if other is None:
                other = Placement(
                    stream_id=row.stream_id,
                    person_id=row.person_id,
                    department_id=self.into_id,
                    since=since,
                    until=row.until,
                    is_head=row.is_head and not has_head,
                )
                added.append(other)
                by_person[row.person_id].append(other)
                effect = Effect.MOVES
            else:
                other.since, other.until = (
                    min(other.since, since),
                    _later_end(other.until, row.until),
                )
                if other not in added:
                    extended[other.pk] = {"since": other.since, "until": other.until}
                effect = Effect.JOINS
            self.persons.add(row.person_id)
            self._note(ItemKind.PLACEMENT, effect, row, row.person.name)
        past, future = _partition(leaving, lambda row: row.since >= self.result.day)
        last_day = self.result.day - timedelta(days=1)
        self._write("remove", Placement, future)
        self._write("set", Placement, {row.pk: {"until": last_day} for row in past})
        self._write("set", Placement, extended)
        self._write("add", Placement, added)

    # -- journeys

    def _plan_lanes(self) -> None:
        """Move lanes to the other department. If it has a lane in the journey, move the touchpoints there instead."""
        rows = self._rows(Lane, Q(kind=Lane.Kind.DEPARTMENT), "journey")
        moved: list[Lane] = []
        kept_lanes: dict[UUID, UUID] = {}  # by the lane that is removed
        removed: list[Lane] = []
        self.journeys = {lane.journey_id for lane in rows if self._is_leaving(lane)}
        for kept, others in self._groups(rows, lambda lane: lane.journey_id):
            if self._is_leaving(kept):
                moved.append(kept)
                self._note(ItemKind.LANE, Effect.MOVES, kept, kept.journey.title, kept.journey)
            for lane in others:
                kept_lanes[lane.pk] = kept.pk
                removed.append(lane)
                self._note(ItemKind.LANE, Effect.JOINS, lane, lane.journey.title, lane.journey)
        self._plan_touchpoints(kept_lanes)
        self._plan_comments(kept_lanes)
        self._write("remove", Lane, removed)
        self._move(moved, Lane)

    def _plan_touchpoints(self, kept_lanes: dict[UUID, UUID]) -> None:
        """Move touchpoints to the end of the same cell of the lane that is kept."""
        if not kept_lanes:
            return
        touchpoints = Touchpoint.objects.filter(
            workspace=self.workspace_id, lane__in={*kept_lanes, *kept_lanes.values()}
        ).select_related("step__stage__journey")
        moved: dict[UUID, dict[str, Any]] = {}
        last_keys: dict[tuple[UUID, UUID], str] = {}
        arriving: list[Touchpoint] = []
        for row in touchpoints.order_by("position", "pk"):
            if row.lane_id in kept_lanes:
                arriving.append(row)
            else:
                last_keys[row.step_id, row.lane_id] = row.position
        for row in sorted(arriving, key=lambda row: (row.lane_id, row.position, row.pk)):
            cell = (row.step_id, kept_lanes[row.lane_id])
            key = fractional_index.key_between(last_keys.get(cell), None)
            last_keys[cell] = key
            moved[row.pk] = {"lane": cell[1], "position": key}
            journey = row.step.stage.journey
            self._note(ItemKind.TOUCHPOINT, Effect.MOVES, row, row.title, journey)
        self._write("set", Touchpoint, moved)

    def _plan_comments(self, kept_lanes: dict[UUID, UUID]) -> None:
        """Move comments to the lane that is kept. Otherwise, they would be removed with the other lane."""
        about = {"workspace": self.workspace_id, "subject_id__in": list(kept_lanes)}
        for model in record_types().values():
            if model.removed_with_subject and kept_lanes:
                comments: Any = model._base_manager
                rows = comments.filter(**about).values_list("pk", "subject_id")
                values = {pk: {"subject_id": kept_lanes[lane_id]} for pk, lane_id in rows}
                self._write("set", model, values)

    # -- ownership

    def _plan_directorships(self) -> None:
        """Move directorships and proposals, and keep the sponsor's agreement to their mandates."""
        rows = self._rows(Directorship, Q(ended_at=None), "person", "stage__journey")
        moving = [directorship for directorship in rows if self._is_leaving(directorship)]
        for directorship in moving:
            self._note_person(ItemKind.DIRECTORSHIP, Effect.MOVES, directorship)
        self._move(moving, Directorship)

    def _plan_claims(self) -> None:
        """Move claims. If a person has two for a stage, keep one, preferably a claim rather than a disclaimer."""
        rows = self._rows(Claim, Q(ended_at=None), "person", "stage__journey")
        rows.sort(key=lambda claim: claim.kind != Claim.Kind.CLAIM)
        moved: list[Claim] = []
        ended: dict[UUID, dict[str, Any]] = {}
        for kept, others in self._groups(rows, lambda claim: (claim.stage_id, claim.person_id)):
            if self._is_leaving(kept):
                moved.append(kept)
                self._note_person(ItemKind.CLAIM, Effect.MOVES, kept)
            for claim in others:
                ended[claim.pk] = {"ended_at": self.at, "end_reason": Claim.EndReason.MERGED}
                self._note_person(ItemKind.CLAIM, Effect.JOINS, claim)
        self._write("set", Claim, ended)
        self._move(moved, Claim)

    def _plan_parties(self) -> None:
        """Move the parties of open contests. Contests between two people stay open."""
        condition = Q(contest__settled_at=None, left_at=None)
        rows = self._rows(Party, condition, "person", "contest__stage__journey")
        moving = [party for party in rows if self._is_leaving(party)]
        for party in moving:
            stage = party.contest.stage
            title = _person_and_stage(party.person.name, stage.title)
            self._note(ItemKind.PARTY, Effect.MOVES, party, title, stage.journey)
        # Change the version of the contest, so that a ruling based on the old one is refused.
        touched = {party.contest_id: {"changed_at": self.at} for party in moving}
        self._write("set", Contest, touched)
        self._move(moving, Party)

    def _plan_contributors(self) -> None:
        """Move contributors. If both departments have a part in a stage, keep the stronger one."""
        rows = self._rows(Contributor, Q(), "stage__journey")
        removed: list[Contributor] = []
        values: dict[UUID, dict[str, Any]] = {}
        for kept, others in self._groups(rows, lambda row: row.stage_id):
            part = min([kept, *others], key=lambda row: PART_RANKS[row.part]).part
            values[kept.pk] = {"department": self.into_id, "part": part}
            removed += others
            for row in [kept, *others]:
                if self._is_leaving(row):
                    effect = Effect.MOVES if row is kept else Effect.JOINS
                    stage = row.stage
                    self._note(ItemKind.CONTRIBUTOR, effect, row, stage.title, stage.journey)
        self._write("remove", Contributor, removed)
        self._write("set", Contributor, values)

    def _plan_cases(self) -> None:
        rows = self._rows(Case, Q(closed_at=None), "stage__journey")
        moving = [case for case in rows if self._is_leaving(case)]
        for case in moving:
            self._note(ItemKind.CASE, Effect.MOVES, case, case.stage.title, case.stage.journey)
        self._move(moving, Case)

    def _note_person(self, kind: str, effect: str, row: Claim | Directorship) -> None:
        title = _person_and_stage(row.person.name, row.stage.title)
        self._note(kind, effect, row, title, row.stage.journey)


def _person_and_stage(person: str, stage: str) -> str:
    return gettext("{person}: {stage}").format(person=isolated(person), stage=isolated(stage))


def _partition(rows: Iterable[R], test: Callable[[R], bool]) -> tuple[list[R], list[R]]:
    """Return the rows that fail the test, and those that pass it."""
    parts: tuple[list[R], list[R]] = ([], [])
    for row in rows:
        parts[test(row)].append(row)
    return parts


def _overlap(placement: Placement, since: date, until: date | None) -> bool:
    starts_in_time = until is None or placement.since <= until
    return starts_in_time and (placement.until is None or placement.until >= since)


def _later_end(first: date | None, second: date | None) -> date | None:
    return None if first is None or second is None else max(first, second)
