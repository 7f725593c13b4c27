"""The list of a workspace's cases, and the page of one."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from changes.record_views import render_form_page
from core.actors import RULE
from core.integers import parse_integer
from core.tenancy import ensure_tenant_scope
from ownership.access import belongs_to_department_concerned, get_case, may_answer_case
from ownership.models import Case
from pages.queries.cases import (
    FIGURES,
    LAST_YEAR,
    STATES,
    cases_in,
    department_named,
    person_named,
)
from workspaces.access import get_workspace
from workspaces.page_views import WorkspacePageView
from workspaces.queries import today_in

PAGE_SIZE = 50


class CaseListView(WorkspacePageView):
    """The cases of a workspace, filtered by state, kind, department, person who can answer, and period."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, _actor = self.enter_workspace_for_slug(slug)
        state = request.GET.get("state", "open")
        kind = request.GET.get("kind", "")
        department = department_named(workspace.pk, request.GET.get("department", ""))
        answerer = person_named(workspace.pk, request.GET.get("answerer", ""))
        period = request.GET.get("period", "")
        cases = cases_in(
            workspace.pk,
            state=state,
            kind=kind,
            department=department,
            answerer=answerer,
            period=period,
        )
        number = parse_integer(request.GET.get("page", ""))
        context = {
            "page": Paginator(cases, PAGE_SIZE).get_page(number),
            "states": STATES.items(),
            "state": state,
            "kinds": Case.Kind.choices,
            "kind": kind,
            "figure": None if state in STATES else FIGURES.get(state),
            "department": department,
            "answerer": answerer,
            "is_of_last_year": period == LAST_YEAR,
            "today": today_in(workspace.pk),
        }
        return render(request, "ownership/cases.html", context)


class CaseDetailView(WorkspacePageView):
    """What happened to the customer, the answers, and how the case was closed."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        case = get_case(self.caller, record_id)
        actor = self.enter_workspace(case.workspace_id)
        with ensure_tenant_scope(self.caller.workspace_ids):
            context: dict[str, Any] = {
                "case": case,
                "workspace_slug": get_workspace(self.caller, case.workspace_id).slug,
                "answers": case.answers.select_related("answered_by__user").order_by("pk"),
                "is_overdue": case.is_open
                and case.answered_at is None
                and case.due_on < today_in(case.workspace_id),
                "may_answer": case.is_open and may_answer_case(actor, case),
                "may_close": case.is_open and actor.can(RULE),
                "is_concerned": belongs_to_department_concerned(actor, case),
            }
            return render_form_page(request, "ownership/case.html", context)
