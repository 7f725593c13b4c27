"""The page of a contest: what the customer goes through, the parties' cases, the facts, and the decision."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from changes.record_views import ActionView, while_unchanged
from core.actors import Actor
from journeys.access import get_stage
from ownership import services
from ownership.access import get_appeal, get_contest, is_self, ruling_obstacle
from ownership.contest_facts import contest_facts
from ownership.contest_forms import DecisionForm
from ownership.contest_views import ContestActionView
from ownership.contests import is_ripe
from ownership.models import Appeal, Contest, Party
from ownership.rulings import APPEAL_PERIOD
from pages.queries.contests import (
    Case,
    cases_of,
    facts_in_words,
    moment_of,
    neighbors_of,
    rulings_of,
    tenures_of,
)
from workspaces.access import get_workspace
from workspaces.page_views import WorkspacePageView


class ContestView(ActionView):
    """Shows a contest. POST makes a ruling."""

    getter = get_contest
    template_name = "ownership/contest.html"
    question = _("Who answers for “{}”?")
    button_label = _("Decide")
    success_message = _("You decided who answers for “{}”.")

    def get_label(self, record: Contest) -> str:
        return record.stage.title

    def get_back_url(self, record: Contest) -> str:
        return reverse("contest", args=[record.pk])

    def build_form(self, record: Contest, data: Any) -> DecisionForm:
        return DecisionForm(data, contest=record)

    def perform(self, record: Contest, values: dict[str, Any], actor: Actor) -> None:
        services.contest_rule(
            contest=record,
            decision=values["decision"],
            actor=while_unchanged(record, ["version"], actor),
        )

    def get_extra_context(self, record: Contest) -> dict[str, Any]:
        actor = self.enter_workspace(record.workspace_id)
        cases = cases_of(record)
        rulings = rulings_of(record)
        facts = contest_facts(record) if record.is_open else rulings[0][0].facts if rulings else []
        mine = _own_party(cases, actor)
        latest = rulings[0] if rulings else None
        appeal_until = latest[0].ruled_at + APPEAL_PERIOD if latest else None
        can_appeal = appeal_until is not None and timezone.now() <= appeal_until
        return {
            "workspace_slug": get_workspace(self.caller, record.workspace_id).slug,
            "journey": record.stage.journey,
            "cases": cases,
            "facts": facts_in_words(facts, cases),
            "moment": moment_of(record),
            "tenures": tenures_of(record),
            "rulings": rulings,
            "neighbors": neighbors_of(record),
            "obstacle": ruling_obstacle(actor, record, is_appeal=not record.is_open),
            "is_ripe": record.is_open and is_ripe(record),
            "mine": mine,
            "days": (timezone.now() - record.opened_at).days,
            "appeal_until": appeal_until if can_appeal else None,
            "may_appeal": can_appeal
            and mine is not None
            and mine.left_at is None
            and all(
                appeal.person_id != mine.person_id for _ruling, made in rulings for appeal in made
            ),
        }


def _own_party(cases: list[Case], actor: Actor) -> Party | None:
    """Return the actor's own party among the cases, or None."""
    parties = [case.party for case in cases if is_self(actor, case.party.person)]
    return parties[0] if parties else None


class AppealGrantView(ContestActionView):
    """Grants an appeal with another ruling."""

    getter = get_appeal
    contest_path = "ruling.contest"
    template_name = "ownership/appeal_grant.html"
    question = _("Decide again who answers for “{}”?")
    button_label = _("Decide again")
    success_message = _("You decided again who answers for “{}”.")

    def build_form(self, record: Appeal, data: Any) -> DecisionForm:
        return DecisionForm(data, contest=record.ruling.contest)

    def perform(self, record: Appeal, values: dict[str, Any], actor: Actor) -> None:
        services.appeal_grant(appeal=record, decision=values["decision"], actor=actor)

    def get_extra_context(self, record: Appeal) -> dict[str, Any]:
        return {"cases": cases_of(record.ruling.contest)}


class StageContestView(WorkspacePageView):
    """Redirects to the latest contest of a stage, or to the stage if it has had none."""

    def get(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        stage = get_stage(self.caller, record_id)
        self.enter_workspace(stage.workspace_id)
        contest = Contest.objects.filter(stage=stage).order_by("-opened_at").first()
        return redirect(contest or stage)
