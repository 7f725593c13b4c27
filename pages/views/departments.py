"""The page of a department."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.actors import PEOPLE
from core.tenancy import ensure_tenant_scope
from pages.queries.cases import FIGURES, LAST_YEAR, case_figures
from pages.queries.people import department_summaries
from people.access import get_department
from workspaces.page_views import WorkspacePageView


class DepartmentDetailView(WorkspacePageView):
    """A department with its people and journeys, and the figures of the cases that concerned it."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        department = get_department(self.caller, record_id)
        actor = self.enter_workspace(department.workspace_id)
        with ensure_tenant_scope([department.workspace_id]):
            (summary,) = department_summaries([department])
            figures = case_figures(department)
        context = {
            "department": department,
            "summary": summary,
            "figures": [(name, label, figures.counts[name]) for name, label in FIGURES.items()],
            "median_days": figures.median_days,
            "period": LAST_YEAR,
            "may_people": actor.can(PEOPLE),
        }
        return render(request, "people/department.html", context)
