"""Pages that write departments, persons and placements. Reading them: cxmap/views/people.py."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from changes.models import Record
from changes.pages import Deed, RecordAdd, RecordPage, RecordSheet
from people.access import get_department, get_person, get_placement
from people.forms import (
    DepartmentForm,
    LeaveForm,
    NewDepartmentForm,
    PersonForm,
    PlacementForm,
)
from people.models import Person
from people.services import person_leave, person_return
from workspaces.access import PEOPLE, Actor, get_workspace


class OfPeople(RecordPage):
    right: ClassVar[str] = PEOPLE

    def back(self, record: Record) -> str:
        slug = get_workspace(self.caller, record.stream_id).slug
        return f"{reverse('people', args=[slug])}#{record.slug}-{record.pk}"


class DepartmentSheet(OfPeople, RecordSheet):
    load = get_department
    form = DepartmentForm


class DepartmentAdd(OfPeople, RecordAdd):
    parent = get_workspace
    form = NewDepartmentForm


class PersonSheet(OfPeople, RecordSheet):
    load = get_person
    form = PersonForm

    def back(self, record: Record) -> str:
        return reverse("person", args=[record.pk])

    def post_remove(self, record: Record, actor: Actor) -> HttpResponse:
        response = super().post_remove(record, actor)
        if response.status_code == 303:
            response["Location"] = super().back(record)
        return response


class PersonAdd(OfPeople, RecordAdd):
    parent = get_workspace
    form = PersonForm


class OfPerson(RecordPage):
    right: ClassVar[str] = PEOPLE


class PlacementSheet(OfPerson, RecordSheet):
    load = get_placement
    form = PlacementForm

    def back(self, record: Any) -> str:
        return reverse("person", args=[record.person_id])


class PlacementAdd(OfPerson, RecordAdd):
    parent = get_person
    form = PlacementForm

    def back(self, record: Any) -> str:
        return reverse("person", args=[self.kwargs["parent_id"]])

    def label(self, form: Any) -> str:
        return form.cleaned_data["department"].name

    def ops(self, parent: Person, form: Any, record_id: UUID) -> list[dict[str, Any]]:
        ops = super().ops(parent, form, record_id)
        ops[0]["fields"]["person"] = str(parent.pk)
        return ops


class OwnPage:
    """A deed about a person, seen on their page."""

    load = get_person

    def back(self, record: Person) -> str:
        return reverse("person", args=[record.pk])


class PersonLeave(OwnPage, Deed):
    form = LeaveForm
    question = "When is the last day of {}?"
    button = "Leaves on this day"
    said = "The last day of {} is written down."
    template = "people/leave.html"

    def work(self, record: Person, values: dict[str, Any], actor: Actor) -> None:
        person_leave(person=record, left_on=values["left_on"], actor=actor)


class PersonReturn(OwnPage, Deed):
    question = "Is {} back in the company?"
    button = "Back again"
    said = "{} is back."

    def work(self, record: Person, values: dict[str, Any], actor: Actor) -> None:
        person_return(person=record, actor=actor)
