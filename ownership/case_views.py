"""Pages that change cases. The pages that show them are in the pages app."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from changes.record_views import ActionView
from core.actors import Actor
from journeys.access import get_stage
from journeys.models import Stage
from ownership import services
from ownership.access import get_case
from ownership.case_forms import CaseAnswerForm, CaseCloseForm, CaseOpenForm
from ownership.models import Case


class CaseOpenView(ActionView):
    getter = get_stage
    question = _("What went wrong for customers in “{}”?")
    button_label = _("Open case")
    success_message = _("You opened a case about “{}”.")

    def build_form(self, record: Stage, data: Any) -> CaseOpenForm:
        return CaseOpenForm(data, workspace_id=record.workspace_id)

    def perform(self, record: Stage, values: dict[str, Any], actor: Actor) -> None:
        self.case = services.case_open(stage=record, actor=actor, **values)

    def get_success_url(self, record: Stage, actor: Actor) -> str:
        return self.case.get_absolute_url()


class CaseActionView(ActionView):
    """Base view for an action on a case. It redirects to the case's page."""

    getter = get_case

    def get_label(self, record: Case) -> str:
        return record.stage.title

    def get_back_url(self, record: Case) -> str:
        return reverse("case", args=[record.pk])


class CaseAnswerView(CaseActionView):
    form_class = CaseAnswerForm
    question = _("Answer the case about “{}”")
    button_label = _("Send answer")
    success_message = _("You answered the case about “{}”.")

    def perform(self, record: Case, values: dict[str, Any], actor: Actor) -> None:
        services.case_answer(case=record, actor=actor, **values)


class CaseCloseView(CaseActionView):
    form_class = CaseCloseForm
    question = _("Close the case about “{}”?")
    button_label = _("Close case")
    success_message = _("You closed the case about “{}”.")

    def perform(self, record: Case, values: dict[str, Any], actor: Actor) -> None:
        services.case_close(case=record, actor=actor, **values)
