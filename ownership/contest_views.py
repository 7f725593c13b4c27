"""Pages that change contests. The page that shows one is in the pages app."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from changes.record_views import ActionView, while_unchanged
from core.actors import Actor
from ownership import services
from ownership.access import get_appeal, get_party, get_ruling
from ownership.contest_forms import AnswerForm, AppealForm, CaseForm, DecisionForm
from ownership.models import Appeal, Contest, Party, Ruling


class ContestActionView(ActionView):
    """Base view for an action in a contest. It redirects to the contest's page."""

    def contest_of(self, record: Any) -> Contest:
        raise NotImplementedError

    def get_label(self, record: Any) -> str:
        return self.contest_of(record).stage.title

    def get_back_url(self, record: Any) -> str:
        return reverse("contest", args=[self.contest_of(record).pk])


class PartyActionView(ContestActionView):
    getter = get_party

    def contest_of(self, record: Party) -> Contest:
        return record.contest


class CaseView(PartyActionView):
    form_class = CaseForm
    question = _("Why should you answer for “{}”?")
    button_label = _("Save")
    success_message = _("Your case for “{}” was saved.")

    def build_form(self, record: Party, data: Any) -> CaseForm:
        initial = {name: getattr(record, name) for name in CaseForm.base_fields}
        return CaseForm(data, initial=initial)

    def perform(self, record: Party, values: dict[str, Any], actor: Actor) -> None:
        services.party_state(party=record, actor=while_unchanged(record, values, actor), **values)


class AskView(PartyActionView):
    question = _("Ask for a decision about “{}” now?")
    button_label = _("Ask for a decision")
    success_message = _("You asked for a decision about “{}”.")

    def perform(self, record: Party, values: dict[str, Any], actor: Actor) -> None:
        services.party_ask(party=record, actor=actor)


class AppealView(ContestActionView):
    getter = get_ruling
    form_class = AppealForm
    question = _("Appeal against the ruling on “{}”?")
    button_label = _("Appeal")
    success_message = _("Your appeal was sent.")

    def contest_of(self, record: Ruling) -> Contest:
        return record.contest

    def perform(self, record: Ruling, values: dict[str, Any], actor: Actor) -> None:
        services.appeal_make(ruling=record, grounds=values["grounds"], actor=actor)


class AppealActionView(ContestActionView):
    getter = get_appeal

    def contest_of(self, record: Appeal) -> Contest:
        return record.ruling.contest


class AppealRejectView(AppealActionView):
    form_class = AnswerForm
    question = _("Let the ruling on “{}” stand?")
    button_label = _("Reject the appeal")
    success_message = _("You rejected the appeal.")

    def perform(self, record: Appeal, values: dict[str, Any], actor: Actor) -> None:
        services.appeal_reject(appeal=record, answer=values["answer"], actor=actor)


class AppealGrantView(AppealActionView):
    question = _("Decide again who answers for “{}”?")
    button_label = _("Decide again")
    success_message = _("You decided again who answers for “{}”.")

    def build_form(self, record: Appeal, data: Any) -> DecisionForm:
        return DecisionForm(data, contest=record.ruling.contest)

    def perform(self, record: Appeal, values: dict[str, Any], actor: Actor) -> None:
        services.appeal_grant(appeal=record, decision=values["decision"], actor=actor)
