"""Queries for the list of cases and for the case figures of departments. Call them inside tenant_scope()."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from core.ids import find_uuid
from core.text import Text
from ownership.models import Appointment, Case, Directorship
from people.models import Department, Person
from workspaces.queries import time_zone_of, today_in

STATES: Mapping[str, Text] = {
    "open": _("Open"),
    "overdue": _("Overdue"),
    "closed": _("Closed"),
    "all": _("All"),
}
# The figures of a department. The list of cases can also be filtered by these states, but has no tabs for them.
FIGURES: Mapping[str, Text] = {
    "all": _("Opened"),
    "in_time": _("Answered in time"),
    "late": _("Late"),
    "overdue": _("Overdue now"),
    "not_put_right": _("Not put right"),
}
LAST_YEAR = "year"  # the period of the figures
YEAR = timedelta(days=365)


class Median(Aggregate):
    template = "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def cases_in(
    workspace_id: UUID,
    *,
    state: str,
    kind: str = "",
    department: Department | None = None,
    answerer: Person | None = None,
    period: str = "",
) -> QuerySet[Case]:
    """Return the cases in a state of STATES or FIGURES, sorted by due date, with closed cases last.

    With `answerer`, return only open, unanswered cases that this person can answer. With the period LAST_YEAR, return
    only cases opened in the last 365 days. Unknown states, kinds and periods match nothing.
    """
    today = today_in(workspace_id)
    condition = _conditions(today).get(state)
    if condition is None or period not in ("", LAST_YEAR):
        return Case.objects.none()
    cases = _dated_cases(workspace_id, today).filter(condition)
    if period:
        cases = cases.filter(opened_on__gt=today - YEAR)
    if kind:
        cases = cases.filter(kind=kind)
    if department:
        cases = cases.filter(department=department)
    if answerer:
        cases = cases.filter(_is_answered_by(answerer), closed_at=None, answered_at=None)
    rows = cases.select_related("stage__journey", "department")
    return rows.order_by("-closed_at", "due_on", "pk")


@dataclass(frozen=True)
class CaseFigures:
    """The number of a department's cases for each key of FIGURES, and the median days to the first answer."""

    counts: Mapping[str, int]
    median_days: float | None


def case_figures(department: Department) -> CaseFigures:
    """Return the figures of the cases about a department that were opened in the last 365 days.

    Runs one query, plus one for the time zone unless it is cached.
    """
    today = today_in(department.workspace_id)
    conditions = _conditions(today)
    row = (
        _dated_cases(department.workspace_id, today)
        .filter(department=department, opened_on__gt=today - YEAR)
        .aggregate(
            median=Median(
                ExpressionWrapper(F("answered_at") - F("opened_at"), output_field=DurationField())
            ),
            **{name: Count("pk", filter=conditions[name]) for name in FIGURES},
        )
    )
    median = row.pop("median")
    return CaseFigures(row, None if median is None else round(median / timedelta(days=1), 1))


def count_cases_to_answer(person: Person) -> int:
    """Return the number of open, unanswered cases that a person can answer."""
    return cases_in(person.workspace_id, state="open", answerer=person).order_by().count()


def _dated_cases(workspace_id: UUID, today: date) -> QuerySet[Any]:
    """Return all cases with `opened_on`, and with `waited_until`, the day until which they waited for an answer.

    The wait ends when the case is first answered or closed. Otherwise, it lasts until today.
    """
    zone = time_zone_of(workspace_id)
    return Case.objects.filter(workspace=workspace_id).annotate(
        opened_on=TruncDate("opened_at", tzinfo=zone),
        waited_until=Coalesce(
            TruncDate("answered_at", tzinfo=zone), TruncDate("closed_at", tzinfo=zone), Value(today)
        ),
    )


def _conditions(today: date) -> dict[str, Q]:
    """Return the conditions on _dated_cases() for each state in STATES and FIGURES."""
    return {
        "all": Q(),
        "open": Q(closed_at=None),
        "overdue": Q(closed_at=None, answered_at=None, due_on__lt=today),
        "closed": Q(closed_at__isnull=False),
        "in_time": Q(answered_at__isnull=False, waited_until__lte=F("due_on")),
        "late": Q(waited_until__gt=F("due_on")),
        "not_put_right": Q(outcome=Case.Outcome.NOT_PUT_RIGHT),
    }


def _is_answered_by(person: Person) -> Q:
    directed = Directorship.objects.filter(person=person, accepted_at__isnull=False, ended_at=None)
    appointed = Appointment.objects.filter(person=person, ended_at=None)
    return Q(stage__in=directed.values("stage")) | Q(stream__in=appointed.values("journey"))


def department_named(workspace_id: UUID, text: str) -> Department | None:
    """Return the workspace's department with this id, or None."""
    department_id = find_uuid(text)
    rows = Department.objects.filter(workspace=workspace_id)
    return rows.filter(pk=department_id).first() if department_id else None


def person_named(workspace_id: UUID, text: str) -> Person | None:
    """Return the workspace's person with this id, or None."""
    person_id = find_uuid(text)
    rows = Person.objects.filter(workspace=workspace_id)
    return rows.filter(pk=person_id).first() if person_id else None
