"""Pages that record, change and end absences. The person's page lists them."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from changes.record_views import ActionView, while_unchanged
from core.actors import Actor
from core.forms import ServiceForm
from people import services
from people.absence_forms import AbsenceEditForm, AbsenceForm
from people.access import get_absence, get_person, require_may_set_absence
from people.models import Absence, Person


class AbsenceCreateView(ActionView):
    """Record an absence. Also the base class of the other views of absences."""

    getter = get_person
    form_class = AbsenceForm
    question = _("When is {} away?")
    button_label = _("Save absence")
    success_message = _("The absence of {} was saved.")

    def get_record(self, record_id: UUID) -> Any:
        record = super().get_record(record_id)
        actor = self.caller.actor_for(record.workspace_id)
        require_may_set_absence(actor, self.get_person(record))
        return record

    def get_person(self, record: Any) -> Person:
        return record

    def get_back_url(self, record: Any) -> str:
        return reverse("person", args=[self.get_person(record).pk])

    def get_label(self, record: Any) -> str:
        return self.get_person(record).name

    def build_form(self, record: Person, data: Any) -> AbsenceForm:
        return AbsenceForm(data, workspace_id=record.workspace_id)

    def perform(self, record: Person, values: dict[str, Any], actor: Actor) -> None:
        services.absence_create(person=record, actor=actor, **values)


class AbsenceUpdateView(AbsenceCreateView):
    """Change the days or the stand-in of an absence."""

    getter = get_absence

    def get_person(self, record: Absence) -> Person:
        return record.person

    def build_form(self, record: Absence, data: Any) -> AbsenceEditForm:
        initial = {name: getattr(record, name) for name in ("since", "until", "stand_in")}
        return AbsenceEditForm(data, initial=initial, workspace_id=record.workspace_id)

    def perform(self, record: Absence, values: dict[str, Any], actor: Actor) -> None:
        services.absence_update(
            absence=record, actor=while_unchanged(record, values, actor), **values
        )


class AbsenceEndView(AbsenceCreateView):
    """End an absence, because the person is back."""

    getter = get_absence
    form_class = ServiceForm
    question = _("Is {} back?")
    button_label = _("End absence")
    success_message = _("The absence of {} was ended.")

    def get_person(self, record: Absence) -> Person:
        return record.person

    def build_form(self, record: Absence, data: Any) -> ServiceForm:
        return ServiceForm(data)

    def perform(self, record: Absence, values: dict[str, Any], actor: Actor) -> None:
        services.absence_end(absence=record, actor=actor)
