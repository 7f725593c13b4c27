"""Queries for the list of cases. Call them inside tenant_scope()."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.ids import parse_uuid
from core.text import Text
from ownership.models import Case
from people.models import Department
from workspaces.queries import today_in

STATES: Mapping[str, Text] = {
    "open": _("Open"),
    "overdue": _("Overdue"),
    "closed": _("Closed"),
    "all": _("All"),
}


def cases_in(
    workspace_id: UUID, *, state: str, kind: str = "", department: Department | None = None
) -> QuerySet[Case]:
    """Return the cases in a state of STATES: those that are due first come first, closed ones last.

    An overdue case is open, and wasn't answered in time. Unknown states and kinds match nothing.
    """
    cases = Case.objects.filter(workspace=workspace_id).select_related(
        "stage__journey", "department"
    )
    if state == "overdue":
        cases = cases.filter(answered_at=None, due_on__lt=today_in(workspace_id))
    if state in ("open", "overdue"):
        cases = cases.filter(closed_at=None)
    elif state == "closed":
        cases = cases.filter(closed_at__isnull=False)
    elif state != "all":
        return cases.none()
    if kind:
        cases = cases.filter(kind=kind)
    if department:
        cases = cases.filter(department=department)
    return cases.order_by("-closed_at", "due_on", "pk")


def department_named(workspace_id: UUID, text: str) -> Department | None:
    """Return the workspace's department with this id, or None."""
    try:
        department_id = parse_uuid(text)
    except ValueError:
        return None
    return Department.objects.filter(workspace=workspace_id, pk=department_id).first()
