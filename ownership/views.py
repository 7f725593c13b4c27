"""Pages that change ownership records. The pages that show them are in the pages app."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from changes.record_views import ActionView, while_unchanged
from core.actors import Actor
from core.errors import Forbidden, NotFound
from journeys.access import get_journey, get_stage
from journeys.models import Journey, Stage
from ownership import services
from ownership.access import (
    get_appointment,
    get_claim,
    get_deputy,
    get_directorship,
    get_flag,
    person_of,
)
from ownership.forms import (
    AgreeForm,
    ClaimForm,
    DeclineForm,
    DeputyForm,
    DismissForm,
    MandateEditForm,
    NoteForm,
    PersonForm,
    ProposeForm,
)
from ownership.models import Appointment, Deputy, Directorship, Flag
from ownership.queries import flag_subjects, stage_ownership
from workspaces.access import get_workspace


class StageActionView(ActionView):
    """Base view for an action on a stage, which then redirects to the stage in the journey's list."""

    def get_back_url(self, record: Any) -> str:
        page, stage_id = reverse("journey", args=[record.stream_id]), self.stage_id(record)
        return f"{page}?at={stage_id}#stage-{stage_id}"

    def stage_id(self, record: Any) -> UUID:
        return record.stage_id


class DirectorshipProposeView(StageActionView):
    getter = get_stage
    form_class = ProposeForm
    question = _("Who should direct “{}”?")
    button_label = _("Propose")
    success_message = _("Your proposal for “{}” was sent. The person can accept or decline it.")

    def stage_id(self, record: Stage) -> UUID:
        return record.pk

    def build_form(self, record: Stage, data: Any) -> ProposeForm:
        initial = {"person": self.request.GET.get("person", "")}
        form = ProposeForm(data, workspace_id=record.workspace_id, initial=initial)
        if self.current_director(record) is None:
            for name in ("takes_over", "starts_on", "handover_reason"):
                del form.fields[name]
        else:
            form.initial["takes_over"] = True
        return form

    def current_director(self, record: Stage) -> Directorship | None:
        return stage_ownership([record.stream_id])[record.pk].current

    def get_extra_context(self, record: Stage) -> dict[str, Any]:
        return {"current": self.current_director(record)}

    def perform(self, record: Stage, values: dict[str, Any], actor: Actor) -> None:
        services.directorship_propose(stage=record, actor=actor, **values)


class DirectorshipActionMixin:
    getter = get_directorship
    template_name = "ownership/directorship.html"


class DirectorshipAcceptView(DirectorshipActionMixin, StageActionView):
    question = _("Accept this directorship?")
    button_label = _("Accept")
    success_message = _("You now direct this stage.")

    def perform(self, record: Directorship, values: dict[str, Any], actor: Actor) -> None:
        row = services.directorship_accept(directorship=record, actor=actor)
        if not row.is_current:
            self.success_message = gettext("You take over on {date}.").format(
                date=date_format(row.starts_on)
            )


class DirectorshipDeclineView(DirectorshipActionMixin, StageActionView):
    form_class = DeclineForm
    question = _("Decline this directorship?")
    button_label = _("Decline")
    success_message = _("You declined the proposal.")

    def perform(self, record: Directorship, values: dict[str, Any], actor: Actor) -> None:
        services.directorship_decline(directorship=record, note=values["note"], actor=actor)


class DirectorshipWithdrawView(DirectorshipActionMixin, StageActionView):
    question = _("Withdraw this proposal?")
    button_label = _("Withdraw")
    success_message = _("The proposal was withdrawn.")

    def perform(self, record: Directorship, values: dict[str, Any], actor: Actor) -> None:
        services.directorship_withdraw(directorship=record, actor=actor)


class DirectorshipEndView(DirectorshipActionMixin, StageActionView):
    form_class = NoteForm
    question = _("End this directorship? The stage will have no director.")
    button_label = _("End directorship")
    success_message = _("The directorship was ended. This stage has no director now.")

    def perform(self, record: Directorship, values: dict[str, Any], actor: Actor) -> None:
        services.directorship_end(directorship=record, note=values["note"], actor=actor)


class MandateUpdateView(DirectorshipActionMixin, StageActionView):
    form_class = MandateEditForm
    question = _("Edit this mandate")
    button_label = _("Save mandate")
    success_message = _("The mandate was saved.")

    def build_form(self, record: Directorship, data: Any) -> MandateEditForm:
        initial = {name: getattr(record, name) for name in MandateEditForm.base_fields}
        return MandateEditForm(
            data,
            initial=initial,
            workspace_id=record.workspace_id,
            department_id=record.department_id,
        )

    def perform(self, record: Directorship, values: dict[str, Any], actor: Actor) -> None:
        services.mandate_update(
            directorship=record, actor=while_unchanged(record, values, actor), **values
        )


class MandateAgreeView(DirectorshipActionMixin, StageActionView):
    question = _("Agree to this mandate?")
    button_label = _("Agree to the mandate")
    success_message = _("You agreed to the mandate.")

    def build_form(self, record: Directorship, data: Any) -> AgreeForm:
        return AgreeForm(data, directorship=record)

    def perform(self, record: Directorship, values: dict[str, Any], actor: Actor) -> None:
        services.mandate_agree(
            directorship=record, actor=while_unchanged(record, ["version"], actor)
        )


class DeputyCreateView(DirectorshipActionMixin, StageActionView):
    form_class = DeputyForm
    question = _("Who should be this director’s deputy?")
    button_label = _("Name deputy")
    success_message = _("The deputy was named.")

    def build_form(self, record: Directorship, data: Any) -> DeputyForm:
        return DeputyForm(data, workspace_id=record.workspace_id)

    def perform(self, record: Directorship, values: dict[str, Any], actor: Actor) -> None:
        services.deputy_create(directorship=record, actor=actor, **values)


class DeputyEndView(StageActionView):
    getter = get_deputy
    question = _("End this deputy’s term today?")
    button_label = _("End term")
    success_message = _("The deputy’s term ends today.")

    def stage_id(self, record: Deputy) -> UUID:
        return record.directorship.stage_id

    def perform(self, record: Deputy, values: dict[str, Any], actor: Actor) -> None:
        services.deputy_end(deputy=record, actor=actor)


class ClaimCreateView(StageActionView):
    """Claim or disclaim a stage for one of your departments.

    The user must be linked to a person in the workspace.
    """

    getter = get_stage
    form_class = ClaimForm
    question = _("Is “{}” yours?")
    button_label = _("Save")
    success_message = _("Your statement on “{}” was saved.")

    def stage_id(self, record: Stage) -> UUID:
        return record.pk

    def build_form(self, record: Stage, data: Any) -> ClaimForm:
        self.person = person_of(self.enter_workspace(record.workspace_id))
        initial = {"kind": self.request.GET.get("kind", "claim")}
        return ClaimForm(data, person=self.person, initial=initial)

    def get_extra_context(self, record: Stage) -> dict[str, Any]:
        return {"person": self.person}

    def perform(self, record: Stage, values: dict[str, Any], actor: Actor) -> None:
        if self.person is None:
            raise Forbidden(
                gettext("Your account isn’t linked to a person yet. Ask an admin to link it.")
            )
        services.claim_create(stage=record, person=self.person, actor=actor, **values)


class ClaimWithdrawView(StageActionView):
    getter = get_claim
    question = _("Withdraw this statement?")
    button_label = _("Withdraw")
    success_message = _("The statement was withdrawn.")

    def perform(self, record: Any, values: dict[str, Any], actor: Actor) -> None:
        services.claim_withdraw(claim=record, actor=actor)


class AppointmentCreateView(ActionView):
    """Appoint a journey's producer or sponsor. The previous appointment ends."""

    getter = get_journey
    form_class = PersonForm
    button_label = _("Appoint")
    success_message = _("The appointment for “{}” was saved.")

    def dispatch(self, request: HttpRequest, *args: Any, office: str, **kwargs: Any) -> Any:
        if office not in Appointment.Office.values:
            raise NotFound
        self.office = office
        return super().dispatch(request, *args, **kwargs)

    @property
    def question(self) -> str:  # type: ignore[override]
        if self.office == Appointment.Office.PRODUCER:
            return gettext("Who should be the producer of “{}”?")
        return gettext("Who should be the sponsor of “{}”?")

    def get_back_url(self, record: Journey) -> str:
        return reverse("journey", args=[record.pk])

    def build_form(self, record: Journey, data: Any) -> PersonForm:
        return PersonForm(data, workspace_id=record.workspace_id)

    def perform(self, record: Journey, values: dict[str, Any], actor: Actor) -> None:
        services.appointment_create(
            journey=record, office=self.office, person=values["person"], actor=actor
        )


class AppointmentEndView(ActionView):
    getter = get_appointment
    question = _("End this appointment?")
    button_label = _("End appointment")
    success_message = _("The appointment was ended.")

    def get_back_url(self, record: Appointment) -> str:
        return reverse("journey", args=[record.journey_id])

    def perform(self, record: Appointment, values: dict[str, Any], actor: Actor) -> None:
        services.appointment_end(appointment=record, actor=actor)


class FlagActionView(ActionView):
    getter = get_flag
    template_name = "ownership/flag.html"

    def get_back_url(self, record: Flag) -> str:
        slug = get_workspace(self.caller, record.workspace_id).slug
        return f"{reverse('ownership', args=[slug])}#flag-{record.pk}"

    def get_extra_context(self, record: Flag) -> dict[str, Any]:
        return {"subject": flag_subjects([record]).get(record.pk)}


class FlagAcknowledgeView(FlagActionView):
    question = _("Acknowledge this flag?")
    button_label = _("Acknowledge")
    success_message = _("The flag was acknowledged.")

    def perform(self, record: Flag, values: dict[str, Any], actor: Actor) -> None:
        services.flag_acknowledge(flag=record, actor=actor)


class FlagDismissView(FlagActionView):
    form_class = DismissForm
    question = _("Dismiss this flag?")
    button_label = _("Dismiss")
    success_message = _("The flag was dismissed.")

    def perform(self, record: Flag, values: dict[str, Any], actor: Actor) -> None:
        services.flag_dismiss(flag=record, actor=actor, **values)
