"""Pages of hand-offs: write, read, sign and change one, and record and answer breaches."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from changes.record_views import ActionView, while_unchanged
from core.actors import Actor
from core.errors import NotFound
from core.tenancy import ensure_tenant_scope
from journeys.access import get_stage
from journeys.models import Stage
from ownership import services
from ownership.access import get_breach, get_handoff, person_of
from ownership.handoff_forms import (
    BreachAnswerForm,
    BreachForm,
    HandOffEditForm,
    HandOffForm,
    SignForm,
)
from ownership.handoffs import may_edit_handoff
from ownership.models import Breach, HandOff, HandOffStanding


class HandOffView(ActionView):
    """Shows a hand-off, with both sides next to each other. POST signs it."""

    getter = get_handoff
    template_name = "ownership/handoff.html"
    question = _("How do customers pass {}?")
    button_label = _("Sign")
    success_message = _("You signed the hand-off {}.")

    def get_label(self, record: HandOff) -> str:
        return handoff_name(record)

    def get_back_url(self, record: HandOff) -> str:
        return record.get_absolute_url()

    def build_form(self, record: HandOff, data: Any) -> SignForm:
        return SignForm(data, handoff=record)

    def perform(self, record: HandOff, values: dict[str, Any], actor: Actor) -> None:
        services.handoff_sign(handoff=record, revision=values["revision"], actor=actor)

    def get_extra_context(self, record: HandOff) -> dict[str, Any]:
        actor = self.enter_workspace(record.workspace_id)
        me = person_of(actor)
        standing = HandOffStanding.objects.select_related("from_director", "to_director").get(
            journey=record.stream_id, handoff=record
        )
        breaches = Breach.objects.filter(handoff=record).select_related("recorded_by__user")
        sides = [
            {
                "side": Breach.Side.FROM,
                "stage": record.from_stage,
                "director": standing.from_director,
                "signed_at": standing.from_signed_at,
                "criteria": record.exit_criteria,
                "service": record.forward_service,
            },
            {
                "side": Breach.Side.TO,
                "stage": record.to_stage,
                "director": standing.to_director,
                "signed_at": standing.to_signed_at,
                "criteria": record.entry_criteria,
                "service": record.return_service,
            },
        ]
        mine = [side for side in sides if me is not None and side["director"] == me]
        return {
            "journey": record.from_stage.journey,
            "standing": standing,
            "sides": sides,
            "may_sign": record.is_complete and bool(mine) and not mine[0]["signed_at"],
            "own_sides": [side["side"] for side in mine],
            "may_edit": may_edit_handoff(
                actor, record.stream_id, record.from_stage_id, record.to_stage_id
            ),
            "breaches": breaches.order_by("-recorded_at", "pk"),
            "unanswered_breaches": breaches.filter(answered_at=None).exists(),
        }


class HandOffCreateView(ActionView):
    """Writes the hand-off from the stage before this one, or redirects to it."""

    getter = get_stage
    form_class = HandOffForm
    question = _("How do customers get to “{}” from the stage before it?")
    button_label = _("Save")
    success_message = _("The hand-off to “{}” was saved. Both directors can sign it now.")

    def get(self, request: HttpRequest, record_id: Any) -> HttpResponse:
        stage = self.get_record(record_id)
        with ensure_tenant_scope(self.caller.workspace_ids):
            handoff = HandOff.objects.filter(
                to_stage=stage, from_stage=self.find_previous(stage)
            ).first()
        return redirect(handoff) if handoff else super().get(request, record_id)

    def find_previous(self, stage: Stage) -> Stage | None:
        rows = Stage.objects.filter(journey=stage.journey_id).order_by("position", "pk")
        before = list(rows.filter(position__lte=stage.position))
        place = before.index(stage)
        return before[place - 1] if place else None

    def get_label(self, record: Stage) -> str:
        return record.title

    def perform(self, record: Stage, values: dict[str, Any], actor: Actor) -> None:
        with ensure_tenant_scope(self.caller.workspace_ids):
            previous = self.find_previous(record)
        if previous is None:
            raise NotFound
        services.handoff_create(from_stage=previous, to_stage=record, actor=actor, **values)


class HandOffActionView(ActionView):
    """Base view for an action on a hand-off. It redirects to the hand-off's page."""

    getter = get_handoff

    def get_label(self, record: HandOff) -> str:
        return handoff_name(record)

    def get_back_url(self, record: HandOff) -> str:
        return record.get_absolute_url()


class HandOffUpdateView(HandOffActionView):
    form_class = HandOffEditForm
    question = _("Change the hand-off {}. Both directors then sign again.")
    button_label = _("Save")
    success_message = _("The hand-off {} was saved.")

    def build_form(self, record: HandOff, data: Any) -> HandOffEditForm:
        initial = {name: getattr(record, name) for name in HandOffEditForm.base_fields}
        return HandOffEditForm(data, initial=initial)

    def perform(self, record: HandOff, values: dict[str, Any], actor: Actor) -> None:
        services.handoff_update(
            handoff=record, actor=while_unchanged(record, values, actor), **values
        )


class BreachCreateView(HandOffActionView):
    question = _("Record a breach of the hand-off {}")
    button_label = _("Record the breach")
    success_message = _("A breach of the hand-off {} was recorded.")

    def build_form(self, record: HandOff, data: Any) -> BreachForm:
        return BreachForm(data, handoff=record)

    def perform(self, record: HandOff, values: dict[str, Any], actor: Actor) -> None:
        services.breach_create(handoff=record, actor=actor, **values)


class BreachAnswerView(ActionView):
    getter = get_breach
    form_class = BreachAnswerForm
    question = _("Answer the breach of the hand-off {}")
    button_label = _("Answer")
    success_message = _("You answered the breach of the hand-off {}.")

    def get_label(self, record: Breach) -> str:
        return handoff_name(record.handoff)

    def get_back_url(self, record: Breach) -> str:
        return reverse("handoff", args=[record.handoff_id])

    def perform(self, record: Breach, values: dict[str, Any], actor: Actor) -> None:
        services.breach_answer(breach=record, answer=values["answer"], actor=actor)


def handoff_name(handoff: HandOff) -> str:
    """Return for example: from “Choose” to “Buy”."""
    return str(
        _("from “{from_stage}” to “{to_stage}”").format(
            from_stage=handoff.from_stage.title, to_stage=handoff.to_stage.title
        )
    )
