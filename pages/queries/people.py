"""Queries for the pages about people. Call them inside tenant_scope(). They run few queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext

from core.fields import fold
from core.search import Fold
from journeys.models import Lane
from ownership.attestations import latest_attestations
from ownership.models import Appointment, Claim, Deputy, Directorship, Reorganization
from ownership.queries import ownership_standings
from people.models import Absence, Department, Person, Placement
from people.queries import current_placements, is_reachable
from workspaces.queries import today_in

MAX_AVATARS = 6
MAX_JOURNEYS = 5
MAX_RESPONSIBILITIES = 5  # responsibilities of each kind, in a list of persons


@dataclass
class DepartmentSummary:
    """A department with some of its people and journeys, and the number of each."""

    department: Department
    persons: list[Person] = field(default_factory=list)
    person_count: int = 0
    journeys: list[Lane] = field(default_factory=list)  # its lanes in these journeys
    journey_count: int = 0
    touchpoint_count: int = 0
    reorganizations: list[Reorganization] = field(default_factory=list)  # newest first


def department_summaries(departments: Sequence[Department]) -> list[DepartmentSummary]:
    """Return a summary of each of these departments of one workspace.

    Runs five queries, regardless of the number of departments.
    """
    if not departments:
        return []
    rows = {department.pk: DepartmentSummary(department) for department in departments}
    placements = current_placements(departments[0].workspace_id).filter(department__in=rows)
    first = _part_of_each(placements, "department", "person__name", 1, MAX_AVATARS)
    for placement in first.select_related("person"):
        row = rows[placement.department_id]
        row.persons.append(placement.person)
        row.person_count = placement.total
    lanes = Lane.objects.filter(department__in=rows)
    first = _part_of_each(lanes, "department", "journey__title", 1, MAX_JOURNEYS)
    for lane in first.select_related("journey"):
        row = rows[lane.department_id]
        row.journeys.append(lane)
        row.journey_count = lane.total
    counts = lanes.values_list("department_id").annotate(n=Count("touchpoints"))
    for pk, n in counts:
        rows[pk].touchpoint_count = n
    concerning = Reorganization.objects.filter(Q(department__in=rows) | Q(into__in=rows))
    for reorganization in concerning.select_related("department", "into").order_by("-made_at"):
        for pk in rows.keys() & {reorganization.department_id, reorganization.into_id}:
            rows[pk].reorganizations.append(reorganization)
    return list(rows.values())


def _part_of_each(
    rows: QuerySet[Any], group: str, order: str, first: int, last: int
) -> QuerySet[Any]:
    """Return the rows `first` to `last` of each group, annotated with the `total` of the group."""
    numbered = rows.annotate(
        number=Window(RowNumber(), partition_by=group, order_by=[order, "pk"]),
        total=Window(Count("pk"), partition_by=group),
    )
    return numbered.filter(number__range=(first, last)).order_by("number")


def search_persons(
    workspace_id: UUID, *, q: str = "", department: Department | None = None, has_left: bool = False
) -> QuerySet[Person]:
    """Return the persons of a workspace, ordered by name.

    With `has_left`, only those who have left are returned, otherwise only the others. A person has left
    from the day after the last day. `q` matches names, job titles and e-mail addresses. `department`
    limits the result to persons with a current placement there.
    """
    is_past = Q(left_on__lt=today_in(workspace_id))
    rows = Person.objects.filter(workspace=workspace_id).select_related("member__user")
    rows = rows.filter(is_past) if has_left else rows.exclude(is_past)
    if q:
        rows = rows.alias(
            folded_name=Fold("name"), folded_job_title=Fold("job_title"), folded_email=Fold("email")
        ).filter(
            Q(folded_name__contains=fold(q))
            | Q(folded_job_title__contains=fold(q))
            | Q(folded_email__contains=fold(q))
        )
    if department:
        placements = current_placements(workspace_id).filter(department=department)
        rows = rows.filter(pk__in=placements.values("person"))
    return rows.order_by("name", "pk")


@dataclass
class Responsibilities:
    """A person's current responsibilities, or a part of them if there are many.

    Each directorship in `directs` has the `state` of its stage, because the stage may be contested, and the
    latest `attestation`, or None.
    """

    directs: list[Directorship] = field(default_factory=list)
    proposed: list[Directorship] = field(default_factory=list)
    deputyships: list[Deputy] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)
    has_more: bool = False  # more follow after those listed here

    def __bool__(self) -> bool:
        return any((self.directs, self.proposed, self.deputyships, self.claims, self.appointments))


def responsibility_rows(
    workspace_id: UUID, person_ids: Collection[UUID]
) -> dict[str, QuerySet[Any]]:
    """Return querysets of the current responsibilities of these persons, by kind.

    Building them runs one query, which reads the workspace's time zone.
    """
    mine = {"workspace": workspace_id, "person__in": person_ids}
    current = Directorship.objects.filter(**mine, ended_at=None).select_related("stage__journey")
    in_term = Q(until=None) | Q(until__gte=today_in(workspace_id))
    deputies = Deputy.objects.filter(in_term, **mine, directorship__ended_at=None)
    claims = Claim.objects.filter(**mine, ended_at=None)
    appointments = Appointment.objects.filter(**mine, ended_at=None)
    return {
        "directs": current.filter(accepted_at__isnull=False),
        "proposed": current.filter(accepted_at=None),
        "deputyships": deputies.select_related(
            "directorship__stage__journey", "directorship__person"
        ),
        "claims": claims.select_related("stage__journey", "department"),
        "appointments": appointments.select_related("journey"),
    }


def responsibilities_by_person(
    workspace_id: UUID, person_ids: Collection[UUID], *, first: int = 1, last: int
) -> dict[UUID, Responsibilities]:
    """Return the responsibilities of persons by person id: numbers `first` to `last` of each kind.

    Runs eight queries, regardless of the number of persons.
    """
    found: dict[UUID, Responsibilities] = defaultdict(Responsibilities)
    for kind, rows in responsibility_rows(workspace_id, person_ids).items():
        for row in _part_of_each(rows, "person", "pk", first, last):
            responsibilities = found[row.person_id]
            getattr(responsibilities, kind).append(row)
            responsibilities.has_more |= row.total > last
    directs = [row for responsibilities in found.values() for row in responsibilities.directs]
    add_states(directs)
    attestations = latest_attestations(row.pk for row in directs)
    for row in directs:
        row.attestation = attestations.get(row.pk)  # type: ignore[attr-defined]
    return found


def add_states(directorships: Iterable[Directorship]) -> None:
    """Set the attribute `state` of each directorship to the state of its stage. At most one query."""
    rows = list(directorships)
    found = ownership_standings([row.stage_id for row in rows], by="stage_id") if rows else []
    states = {standing.stage_id: standing.state for standing in found}
    for row in rows:
        row.state = states[row.stage_id]  # type: ignore[attr-defined]


def responsibilities_of(person: Person, first: int, last: int) -> Responsibilities:
    """Return numbers `first` to `last` of each kind of a person's responsibilities."""
    found = responsibilities_by_person(person.workspace_id, [person.pk], first=first, last=last)
    return found[person.pk]


def count_responsibilities(person: Person) -> dict[str, int]:
    """Return the number of a person's responsibilities, by kind. Runs six queries."""
    kinds = responsibility_rows(person.workspace_id, [person.pk])
    return {kind: rows.count() for kind, rows in kinds.items()}


@dataclass
class PersonSummary:
    """A person with current placements and responsibilities, as a row of a list."""

    person: Person
    placements: list[Placement]
    answers: Responsibilities


def person_summaries(persons: Sequence[Person]) -> list[PersonSummary]:
    """Return a summary of each of these persons of one workspace.

    A summary has at most MAX_RESPONSIBILITIES of each kind. Runs ten queries, regardless of the number
    of persons.
    """
    if not persons:
        return []
    workspace_id, ids = persons[0].workspace_id, [person.pk for person in persons]
    placed: dict[UUID, list[Placement]] = defaultdict(list)
    placements = current_placements(workspace_id).filter(person__in=ids)
    for placement in placements.select_related("department").order_by("department__name", "pk"):
        placed[placement.person_id].append(placement)
    answers = responsibilities_by_person(workspace_id, ids, last=MAX_RESPONSIBILITIES)
    return [PersonSummary(person, placed[person.pk], answers[person.pk]) for person in persons]


@dataclass
class AbsenceRow:
    """An absence that isn't over. `problem` says why nobody gets the person's notices, or is empty."""

    absence: Absence
    is_current: bool
    problem: str


def absence_rows(person: Person) -> list[AbsenceRow]:
    """Return a person's current and future absences, earliest first. Runs three queries."""
    today = today_in(person.workspace_id)
    rows = list(
        Absence.objects.filter(person=person, until__gte=today)
        .select_related("stand_in__member__user")
        .order_by("since")
    )
    stand_ins = {row.stand_in_id for row in rows}
    away = Absence.objects.filter(person__in=stand_ins, since__lte=today, until__gte=today)
    away_ids = set(away.values_list("person_id", flat=True))
    return [
        AbsenceRow(row, row.since <= today, _stand_in_problem(row, away_ids, today)) for row in rows
    ]


def _stand_in_problem(absence: Absence, away_ids: Collection[UUID], today: date) -> str:
    if absence.stand_in is None:
        return gettext("Nobody stands in, so notices go to the next person in charge at once.")
    if not is_reachable(absence.stand_in, today):
        return gettext("The stand-in has left or can’t sign in. Choose someone else.")
    if absence.since <= today and absence.stand_in_id in away_ids:
        return gettext(
            "The stand-in is away, too, so notices go to the next person in charge at once."
        )
    return ""
