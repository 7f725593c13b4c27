"""Pages that edit departments, persons and placements. pages/views/people.py has the lists."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from changes.models import Record
from changes.record_views import ActionView, RecordCreateView, RecordEditView
from core.actors import PEOPLE, Actor
from people.access import get_department, get_person, get_placement
from people.forms import (
    DepartmentForm,
    LeaveForm,
    NewDepartmentForm,
    PersonForm,
    PlacementForm,
)
from people.models import Person, Placement
from people.services import person_leave, person_return
from workspaces.access import get_workspace


class PeopleRecordMixin:
    """Mixin for pages that require the right to edit people and return to the list of people."""

    required_right: ClassVar[str] = PEOPLE
    page_name: ClassVar[str] = "people"


class DepartmentEditView(PeopleRecordMixin, RecordEditView):
    getter = get_department
    form_class = DepartmentForm


class DepartmentCreateView(PeopleRecordMixin, RecordCreateView):
    parent_getter = get_workspace
    form_class = NewDepartmentForm
    heading = _("New department")
    button_label = _("Add department")


class PersonEditView(PeopleRecordMixin, RecordEditView):
    getter = get_person
    form_class = PersonForm

    def get_back_url(self, record: Record) -> str:
        return reverse("person", args=[record.pk])

    def post_remove(self, record: Record, actor: Actor) -> HttpResponse:
        response = super().post_remove(record, actor)
        if response.status_code == 303:
            response["Location"] = super().get_back_url(record)
        return response


class PersonCreateView(PeopleRecordMixin, RecordCreateView):
    parent_getter = get_workspace
    form_class = PersonForm
    heading = _("New person")
    button_label = _("Add person")


class PlacementEditView(PeopleRecordMixin, RecordEditView):
    getter = get_placement
    form_class = PlacementForm

    def get_back_url(self, record: Placement) -> str:
        return reverse("person", args=[record.person_id])


class PlacementCreateView(PeopleRecordMixin, RecordCreateView):
    parent_getter = get_person
    form_class = PlacementForm
    heading = _("New placement")
    button_label = _("Add placement")

    def get_back_url(self, record: Placement) -> str:
        return reverse("person", args=[self.kwargs["parent_id"]])

    def get_label(self, form: Any) -> str:
        return form.cleaned_data["department"].name

    def build_ops(self, parent: Person, form: Any, record_id: UUID) -> list[dict[str, Any]]:
        ops = super().build_ops(parent, form, record_id)
        ops[0]["fields"]["person"] = str(parent.pk)
        return ops


class PersonActionView(ActionView):
    """Base view for actions on a person. It redirects to the person's page."""

    getter = get_person

    def get_back_url(self, record: Person) -> str:
        return reverse("person", args=[record.pk])


class PersonLeaveView(PersonActionView):
    form_class = LeaveForm
    question = _("When is {}’s last day at the company?")
    button_label = _("Save last day")
    success_message = _("Saved {}’s last day at the company.")
    template_name = "people/leave.html"

    def perform(self, record: Person, values: dict[str, Any], actor: Actor) -> None:
        person_leave(person=record, left_on=values["left_on"], actor=actor)


class PersonReturnView(PersonActionView):
    question = _("Has {} returned to the company?")
    button_label = _("Mark as returned")
    success_message = _("{} was marked as returned.")

    def perform(self, record: Person, values: dict[str, Any], actor: Actor) -> None:
        person_return(person=record, actor=actor)
