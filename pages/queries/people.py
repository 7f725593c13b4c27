"""Queries for the pages about people. Call them inside tenant_scope(). They run few queries."""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from journeys.models import Lane
from ownership.models import Appointment, Claim, Deputy, Directorship
from people.models import Department, Placement
from people.queries import current_placements
from workspaces.queries import today_in


@dataclass
class DepartmentSummary:
    """A department, the people placed in it now, and the journeys in which it has a lane."""

    department: Department
    placements: list[Placement] = field(default_factory=list)  # current ones
    journeys: dict[UUID, str] = field(default_factory=dict)  # where it has a lane
    touchpoints: int = 0


def department_summaries(workspace_id: UUID) -> list[DepartmentSummary]:
    """Return a summary of each department. Archived ones come last. Four queries."""
    rows = Department.objects.filter(workspace=workspace_id).order_by("is_archived", "name", "pk")
    summaries = {row.pk: DepartmentSummary(row) for row in rows}
    lanes = Lane.objects.filter(workspace=workspace_id, kind=Lane.Kind.DEPARTMENT)
    for pk, journey_id, title in lanes.order_by("journey__title", "pk").values_list(
        "department_id", "journey_id", "journey__title"
    ):
        summaries[pk].journeys[journey_id] = title
    counted = lanes.values_list("department_id").annotate(n=Count("touchpoints"))
    for pk, n in counted:
        summaries[pk].touchpoints = n
    for placement in current_placements_by_department(workspace_id):
        summaries[placement.department_id].placements.append(placement)
    return list(summaries.values())


def current_placements_by_department(workspace_id: UUID) -> QuerySet[Placement]:
    rows = current_placements(workspace_id)
    return rows.select_related("person", "department").order_by("person__name", "pk")


@dataclass
class Responsibilities:
    """What a person is currently responsible for."""

    directs: list[Directorship] = field(default_factory=list)
    proposed: list[Directorship] = field(default_factory=list)
    deputyships: list[Deputy] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any((self.directs, self.proposed, self.deputyships, self.claims, self.appointments))


def responsibilities_by_person(
    workspace_id: UUID, person_id: UUID | None = None
) -> dict[UUID, Responsibilities]:
    """Return the responsibilities of all persons, or of one, by person id. Four queries."""
    by_person: dict[UUID, Responsibilities] = defaultdict(Responsibilities)
    mine = {"workspace": workspace_id} | ({"person": person_id} if person_id else {})
    for row in Directorship.objects.filter(**mine, ended_at=None).select_related("stage__journey"):
        responsibilities = by_person[row.person_id]
        (responsibilities.directs if row.accepted_at else responsibilities.proposed).append(row)
    today = today_in(workspace_id)
    deputies = Deputy.objects.filter(**mine, directorship__ended_at=None).filter(
        Q(until=None) | Q(until__gte=today)
    )
    for deputy in deputies.select_related("directorship__stage__journey", "directorship__person"):
        by_person[deputy.person_id].deputyships.append(deputy)
    claims = Claim.objects.filter(**mine, withdrawn_at=None)
    for claim in claims.select_related("stage__journey", "department"):
        by_person[claim.person_id].claims.append(claim)
    held = Appointment.objects.filter(**mine, ended_at=None)
    for appointment in held.select_related("journey"):
        by_person[appointment.person_id].appointments.append(appointment)
    return by_person
