"""The dashboard “Who answers for the customer?”, and the lists behind its figures."""

from collections.abc import Iterator
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from core.csv_lines import BYTE_ORDER_MARK, csv_line
from core.ids import find_uuid
from core.tenancy import ensure_tenant_scope
from ownership.models import StageStanding
from ownership.queries import Coverage, State
from pages.dashboard_forms import DashboardFilterForm
from pages.paging import PAGE_SIZE, get_page
from pages.queries.cases import department_named
from pages.queries.dashboard import (
    LISTS,
    DashboardFilters,
    build_ledger,
    disagreements,
    journey_states,
    stage_list,
)
from pages.queries.decisions import decisions_this_week
from pages.queries.finding import finding
from pages.queries.holes import ORDERS, hole_rows, sort_journeys
from pages.queries.promise_keeping import average_percent, promise_keeping, tested_promises
from pages.views.ownership import find_journey, journeys_held_by
from people.models import Department
from workspaces.models import Workspace
from workspaces.page_views import WorkspacePageView

JOURNEYS_PER_PAGE = 9


class DashboardView(WorkspacePageView):
    """The finding, its figures, and what they are made of. Every figure links to the list behind it."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_workspace_for_slug(slug)
        form = DashboardFilterForm(request.GET, workspace_id=workspace.pk)
        filters = form.filters
        journeys = journey_states(filters)
        total = sum((row.coverage for row in journeys), Coverage())
        open_since = {pk: since for row in journeys for pk, since in row.open_since.items()}
        pairs = disagreements(filters)
        by_names = {(pair.first.name, pair.second.name): pair.stages for pair in pairs}
        promises = promise_keeping(filters)
        order = request.GET.get("order", "")
        holes = get_page(request, Paginator(sort_journeys(journeys, order), JOURNEYS_PER_PAGE))
        context = {
            "form": form,
            "filters": filters,
            "page": holes,
            "holes": hole_rows(holes.object_list),
            "orders": [(key, label) for key, (label, _key) in ORDERS.items()],
            "order": order if order in ORDERS else "",
            "pairs": pairs,
            "promises": promises,
            "promise_average": average_percent(promises),
            "coverage": total,
            "finding": finding(total, journeys, by_names),
            "ledger": build_ledger(journeys),
            "decisions": decisions_this_week(filters, open_since, actor, journeys_held_by(actor)),
            "stages_url": list_url("dashboard_stages", workspace, filters),
            "promises_url": list_url("dashboard_promises", workspace, filters),
        }
        return render(request, "dashboard/dashboard.html", context)


class DashboardStagesView(WorkspacePageView):
    """A list of the stages behind a figure of the dashboard."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, _actor = self.enter_workspace_for_slug(slug)
        form = DashboardFilterForm(request.GET, workspace_id=workspace.pk)
        name = request.GET.get("list", "")
        context = {
            "form": form,
            "lists": [(key, label) for key, (label, _states) in LISTS.items()],
            "list": name,
            "page": get_page(
                request, Paginator(requested_stages(request, form.filters), PAGE_SIZE)
            ),
            "journey": find_journey(self.caller, workspace.pk, request.GET.get("journey", "")),
            "between": requested_departments(request, workspace.pk),
        }
        return render(request, "dashboard/stages.html", context)


class DashboardStagesCsvView(WorkspacePageView):
    """The same list as a CSV file."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, _actor = self.enter_workspace_for_slug(slug)
        form = DashboardFilterForm(request.GET, workspace_id=workspace.pk)
        with ensure_tenant_scope(self.caller.workspace_ids):
            text = "".join(stages_csv(requested_stages(request, form.filters)))
        return HttpResponse(
            text,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="stages.csv"'},
        )


class DashboardPromisesView(WorkspacePageView):
    """The promises behind a department's share of promises kept."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, _actor = self.enter_workspace_for_slug(slug)
        form = DashboardFilterForm(request.GET, workspace_id=workspace.pk)
        department = department_named(workspace.pk, request.GET.get("of", ""))
        promises = tested_promises(form.filters, department)
        context = {
            "form": form,
            "department": department,
            "page": get_page(request, Paginator(promises, PAGE_SIZE)),
        }
        return render(request, "dashboard/promises.html", context)


def requested_stages(request: HttpRequest, filters: DashboardFilters) -> QuerySet[StageStanding]:
    """Return the stages that match the filters and the query string."""
    departments = requested_departments(request, filters.workspace_id)
    return stage_list(
        filters,
        request.GET.get("list", ""),
        journey_id=find_uuid(request.GET.get("journey", "")),
        between=[department.pk for department in departments],
    )


def requested_departments(request: HttpRequest, workspace_id: UUID) -> list[Department]:
    """Return the departments of the parameters `between` of the query string. Unknown ones are ignored."""
    named = (department_named(workspace_id, text) for text in request.GET.getlist("between")[:2])
    return [department for department in named if department]


def stages_csv(stages: QuerySet[StageStanding]) -> Iterator[str]:
    """Yield the lines of a CSV file: a row for each stage."""
    heads = [
        gettext("Journey"),
        gettext("Stage"),
        gettext("State"),
        gettext("Director"),
        gettext("Since"),
    ]
    yield BYTE_ORDER_MARK + csv_line(heads)
    for row in stages:
        director = row.director.name if row.director else ""
        label = State(row.state).label
        yield csv_line([row.journey.title, row.stage.title, label, director, row.since])


def list_url(name: str, workspace: Workspace, filters: DashboardFilters) -> str:
    """Return the URL of a list with these filters, to which other parameters can be added."""
    query = {"kind": filters.kind, "department": getattr(filters.department, "pk", "")}
    return f"{reverse(name, args=[workspace.slug])}?{urlencode(query)}"
