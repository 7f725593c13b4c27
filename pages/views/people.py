"""Pages that show people and the library. people/views.py has the pages that edit them."""

from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.actors import DRAW, PEOPLE
from core.ids import find_uuid
from journeys.models import Persona
from pages.paging import PAGE_SIZE, get_page, get_page_at
from pages.queries.call_sheet import call_sheet
from pages.queries.cases import count_cases_to_answer
from pages.queries.people import (
    absence_rows,
    count_responsibilities,
    department_summaries,
    person_summaries,
    responsibilities_of,
    search_persons,
)
from people.access import get_person, may_set_absence
from people.models import Department, Placement
from people.queries import has_left
from touchpoints.models import Channel
from workspaces.page_views import WorkspacePageView

DEPARTMENTS_PAGE_SIZE = 24
LEFT = "left"


class PeopleView(WorkspacePageView):
    """Departments and persons, with a search and filter form."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_workspace_for_slug(slug)
        departments = Department.objects.filter(workspace=workspace.id)
        asked, department = read_person_filters(request, departments)
        persons = search_persons(
            workspace.id, q=asked["q"], department=department, has_left=asked["show"] == LEFT
        )
        department_page = get_page_at(
            request,
            departments.order_by("is_archived", "name", "pk"),
            DEPARTMENTS_PAGE_SIZE,
            "departments",
        )
        page = get_page_at(request, persons)
        context = {
            "department_page": department_page,
            "departments": department_summaries(department_page.object_list),
            "page": page,
            "rows": person_summaries(page.object_list),
            "asked": asked,
            "department": department,
            "is_filtered": any(asked.values()),
            "has_left": asked["show"] == LEFT,
            "may_people": actor.can(PEOPLE),
        }
        return render(request, "people/people.html", context)


def read_person_filters(
    request: HttpRequest, departments: QuerySet[Department]
) -> tuple[dict[str, str], Department | None]:
    """Return the filters in the query string, and the department. Unknown values are dropped."""
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "department", "show")}
    if asked["show"] != LEFT:
        asked["show"] = ""
    department = departments.filter(pk=find_uuid(asked["department"])).first()
    if department is None:
        asked["department"] = ""
    return asked, department


class PersonDetailView(WorkspacePageView):
    """A person, with current and former placements and responsibilities."""

    def get(self, request: HttpRequest, person_id: UUID) -> HttpResponse:
        person = get_person(self.caller, person_id)
        actor = self.enter_workspace(person.workspace_id)
        placements = Placement.objects.filter(person=person.pk).select_related("department")
        counts = count_responsibilities(person)
        page = get_page(request, Paginator(range(max(counts.values())), PAGE_SIZE))
        context = {
            "person": person,
            "placements": placements.order_by("-since", "pk"),
            "sheet": call_sheet(person),
            "cases_to_answer": count_cases_to_answer(person),
            "page": page,
            "counts": counts,
            "absences": [] if has_left(person) else absence_rows(person),
            "may_set_absence": may_set_absence(actor, person) and not has_left(person),
            "answers": responsibilities_of(person, page.start_index(), page.end_index()),
            "may_people": actor.can(PEOPLE),
        }
        return render(request, "people/person.html", context)


class LibraryView(WorkspacePageView):
    """The personas and channels that journeys share."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_workspace_for_slug(slug)
        personas = Persona.objects.filter(workspace=workspace.id).order_by("name", "pk")
        channels = Channel.objects.filter(workspace=workspace.id).order_by("name", "pk")
        context = {
            "personas": get_page_at(request, personas, name="personas"),
            "channels": get_page_at(request, channels, name="channels"),
            "may_draw": actor.can(DRAW),
        }
        return render(request, "people/library.html", context)
