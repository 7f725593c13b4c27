"""The page of a department."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.actors import PEOPLE
from core.tenancy import ensure_tenant_scope
from journeys.models import Journey
from pages.paging import WeightedPaginator, get_page
from pages.queries.cases import FIGURES, LAST_YEAR, case_figures
from pages.queries.department_view import (
    CONDITIONS,
    MAX_TOUCHPOINTS,
    add_stages,
    department_journeys,
    stage_pairs,
)
from pages.queries.journeys import weigh_stages
from pages.queries.people import department_summaries
from pages.views.journey_outline import MAX_PAGE_WEIGHT
from pages.views.ownership import find_journey
from people.access import get_department
from people.models import Department
from workspaces.page_views import WorkspacePageView


class DepartmentDetailView(WorkspacePageView):
    """A department: what it does to customers across journeys, and the figures of the cases that concerned it."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        department = get_department(self.caller, record_id)
        actor = self.enter_workspace(department.workspace_id)
        with ensure_tenant_scope([department.workspace_id]):
            (summary,) = department_summaries([department])
            figures = case_figures(department)
            journey = find_journey(
                self.caller, department.workspace_id, request.GET.get("journey", "")
            )
            shown = (
                self.side_by_side_context(department, journey)
                if journey
                else self.journeys_context(department)
            )
        context = {
            **shown,
            "journey": journey,
            "department": department,
            "summary": summary,
            "figures": [(name, label, figures.counts[name]) for name, label in FIGURES.items()],
            "median_days": figures.median_days,
            "period": LAST_YEAR,
            "may_people": actor.can(PEOPLE),
        }
        return render(request, "people/department.html", context)

    def journeys_context(self, department: Department) -> dict[str, Any]:
        """Return one page of the journeys that involve the department, and the filters."""
        asked = read_department_filters(self.request)
        matching = department_journeys(department, **asked)
        weights = [max(1, row.touchpoint_count) for row in matching]
        page = get_page(self.request, WeightedPaginator(matching, weights, MAX_TOUCHPOINTS))
        add_stages(page.object_list, department, only=asked["only"])
        return {
            "page": page,
            "asked": asked,
            "is_filtered": any(asked.values()),
            "kinds": Journey.Kind.choices,
            "conditions": CONDITIONS.items(),
        }

    def side_by_side_context(self, department: Department, journey: Journey) -> dict[str, Any]:
        """Return one page of the stages of a journey, from the customer's and the department's side."""
        weights = dict(weigh_stages(journey.pk))
        paginator = WeightedPaginator(list(weights), weights.values(), MAX_PAGE_WEIGHT)
        page = get_page(self.request, paginator)
        pairs = stage_pairs(department, journey.pk, page.object_list, page.start_index())
        return {"page": page, "pairs": pairs}


def read_department_filters(request: HttpRequest) -> dict[str, str]:
    """Return the filters in the query string. Unknown values are dropped."""
    known = {"kind": Journey.Kind.values, "only": list(CONDITIONS)}
    return {
        name: value if (value := request.GET.get(name, "")) in choices else ""
        for name, choices in known.items()
    }
