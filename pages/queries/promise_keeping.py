"""Which departments keep their promises. Call it inside tenant_scope()."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from pages.queries.dashboard import DashboardFilters, in_counted_stages
from people.models import Department
from touchpoints.models import Promise, Touchpoint


@dataclass(frozen=True)
class PromiseKeeping:
    """A department, the promises tested where it has touchpoints whose outcome is known, and how many are kept."""

    department_id: UUID
    name: str
    known: int
    kept: int

    @property
    def percent(self) -> int:
        return 100 * self.kept // self.known


def tested_promises(
    filters: DashboardFilters, department: Department | None = None
) -> QuerySet[Promise]:
    """Return the promises of counted journeys whose outcome is known: kept, at risk or broken.

    With a department, only those tested in steps in which it has touchpoints.
    """
    known = Promise.objects.exclude(status=Promise.Status.UNVERIFIED)
    promises = in_counted_stages(filters, known, "tested_in__stage")
    if department:
        touchpoints = Touchpoint.objects.filter(
            step=OuterRef("tested_in"), lane__department=department
        )
        promises = promises.filter(Exists(touchpoints))
    return promises.select_related("tested_in__stage__journey").order_by("status", "title", "pk")


def promise_keeping(filters: DashboardFilters) -> list[PromiseKeeping]:
    """Return the departments with the shares of promises that are kept, the lowest first. One query.

    A promise counts for each department with touchpoints in the step that tests it.
    """
    department = "tested_in__touchpoints__lane__department"
    rows: Iterable[Any] = (
        tested_promises(filters)
        .filter(**{f"{department}__isnull": False})
        .order_by()
        .values_list(department, f"{department}__name")
        .annotate(
            known=Count("pk", distinct=True),
            kept=Count("pk", distinct=True, filter=Q(status=Promise.Status.KEPT)),
        )
    )
    found = [PromiseKeeping(*row) for row in rows]
    return sorted(found, key=lambda row: (row.percent, row.name))


def average_percent(rows: Sequence[PromiseKeeping]) -> int:
    """Return the average of the departments' shares, or 0 if there are none."""
    return sum(row.percent for row in rows) // len(rows) if rows else 0
