"""Pages to volunteer to direct a stage, and to withdraw the offer."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from changes.record_views import ActionView
from core.actors import Actor
from journeys.access import get_stage
from journeys.models import Stage
from ownership import services
from ownership.access import get_volunteer
from ownership.models import Volunteer
from ownership.volunteer_forms import VolunteerForm


class VolunteerCreateView(ActionView):
    getter = get_stage
    form_class = VolunteerForm
    question = _("Volunteer to direct “{}”?")
    button_label = _("Volunteer")
    success_message = _("You volunteered to direct “{}”. Somebody still has to propose you.")

    def get_back_url(self, record: Stage) -> str:
        return reverse("stage_owner", args=[record.pk])

    def perform(self, record: Stage, values: dict[str, Any], actor: Actor) -> None:
        services.volunteer_create(stage=record, actor=actor, **values)


class VolunteerWithdrawView(ActionView):
    getter = get_volunteer
    question = _("Withdraw your offer to direct “{}”?")
    button_label = _("Withdraw offer")
    success_message = _("You withdrew your offer to direct “{}”.")

    def get_label(self, record: Volunteer) -> str:
        return record.stage.title

    def get_back_url(self, record: Volunteer) -> str:
        return reverse("stage_owner", args=[record.stage_id])

    def perform(self, record: Volunteer, values: dict[str, Any], actor: Actor) -> None:
        services.volunteer_withdraw(volunteer=record, actor=actor)
