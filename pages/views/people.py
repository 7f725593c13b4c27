"""Pages that show people and the library. people/views.py has the pages that edit them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.actors import DRAW, PEOPLE
from journeys.models import Persona
from pages.queries.people import (
    current_placements_by_department,
    department_summaries,
    responsibilities_by_person,
)
from people.access import get_person
from people.models import Person, Placement
from touchpoints.models import Channel
from workspaces.page_views import WorkspacePageView
from workspaces.queries import today_in


class PeopleView(WorkspacePageView):
    """The departments and people of a workspace. People who have left come last."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_workspace_for_slug(slug)
        persons = Person.objects.filter(workspace=workspace.id).select_related("member__user")
        placed: dict[UUID, list[Placement]] = {}
        for placement in current_placements_by_department(workspace.id):
            placed.setdefault(placement.person_id, []).append(placement)
        answers = responsibilities_by_person(workspace.id)
        today = today_in(workspace.id)

        def is_past(person: Person) -> bool:
            return person.left_on is not None and person.left_on < today

        rows = [
            {
                "person": person,
                "placements": placed.get(person.pk, []),
                "answers": answers.get(person.pk),
            }
            for person in persons.order_by("name", "pk")
        ]
        context = {
            "departments": department_summaries(workspace.id),
            "here": [row for row in rows if not is_past(row["person"])],
            "left": [row for row in rows if is_past(row["person"])],
            "may_people": actor.can(PEOPLE),
        }
        return render(request, "people/people.html", context)


class PersonDetailView(WorkspacePageView):
    """A person, with current and former placements and responsibilities."""

    def get(self, request: HttpRequest, person_id: UUID) -> HttpResponse:
        person = get_person(self.caller, person_id)
        actor = self.enter_workspace(person.workspace_id)
        placements = Placement.objects.filter(person=person.pk).select_related("department")
        context = {
            "person": person,
            "placements": placements.order_by("-since", "pk"),
            "answers": responsibilities_by_person(person.workspace_id, person.pk)[person.pk],
            "may_people": actor.can(PEOPLE),
        }
        return render(request, "people/person.html", context)


class LibraryView(WorkspacePageView):
    """The personas and channels that journeys share."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_workspace_for_slug(slug)
        context = {
            "personas": Persona.objects.filter(workspace=workspace.id).order_by("name", "pk"),
            "channels": Channel.objects.filter(workspace=workspace.id).order_by("name", "pk"),
            "may_draw": actor.can(DRAW),
        }
        return render(request, "people/library.html", context)
