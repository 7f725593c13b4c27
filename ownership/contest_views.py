"""Pages that change contests. The page that shows one is in the pages app."""

from operator import attrgetter
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from changes.record_views import ActionView, while_unchanged
from core.actors import Actor
from ownership import services
from ownership.access import get_appeal, get_party, get_ruling
from ownership.contest_forms import AnswerForm, AppealForm, CaseForm
from ownership.models import Appeal, Contest, Party, Ruling


class ContestActionView(ActionView):
    """Base view for an action in a contest. It redirects to the contest's page."""

    contest_path: ClassVar[str]  # the attributes that lead from the record to its contest

    def contest_of(self, record: Any) -> Contest:
        contest: Contest = attrgetter(self.contest_path)(record)
        return contest

    def get_label(self, record: Any) -> str:
        return self.contest_of(record).stage.title

    def get_back_url(self, record: Any) -> str:
        return reverse("contest", args=[self.contest_of(record).pk])


class CaseView(ContestActionView):
    getter = get_party
    contest_path = "contest"
    form_class = CaseForm
    question = _("Why should you answer for “{}”?")
    button_label = _("Save")
    success_message = _("Your case for “{}” was saved.")

    def build_form(self, record: Party, data: Any) -> CaseForm:
        initial = {name: getattr(record, name) for name in CaseForm.base_fields}
        return CaseForm(data, initial=initial)

    def perform(self, record: Party, values: dict[str, Any], actor: Actor) -> None:
        services.party_state(party=record, actor=while_unchanged(record, values, actor), **values)


class AskView(ContestActionView):
    getter = get_party
    contest_path = "contest"
    question = _("Ask for a decision about “{}” now?")
    button_label = _("Ask for a decision")
    success_message = _("You asked for a decision about “{}”.")

    def perform(self, record: Party, values: dict[str, Any], actor: Actor) -> None:
        services.party_ask(party=record, actor=actor)


class AppealView(ContestActionView):
    getter = get_ruling
    contest_path = "contest"
    form_class = AppealForm
    question = _("Appeal against the ruling on “{}”?")
    button_label = _("Appeal")
    success_message = _("Your appeal was sent.")

    def perform(self, record: Ruling, values: dict[str, Any], actor: Actor) -> None:
        services.appeal_make(ruling=record, grounds=values["grounds"], actor=actor)


class AppealRejectView(ContestActionView):
    getter = get_appeal
    contest_path = "ruling.contest"
    form_class = AnswerForm
    question = _("Reject the appeal against the ruling on “{}”?")
    button_label = _("Reject the appeal")
    success_message = _("You rejected the appeal.")

    def perform(self, record: Appeal, values: dict[str, Any], actor: Actor) -> None:
        services.appeal_reject(appeal=record, answer=values["answer"], actor=actor)
