"""Pages that write about who answers for what. Reading it is in cxmap/views."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from changes.pages import Deed, if_still
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
    ClaimForm,
    DeputyForm,
    DismissForm,
    MandateEditForm,
    NoteForm,
    PersonForm,
    ProposeForm,
)
from ownership.models import Appointment, Deputy, Directorship, Flag
from ownership.queries import stage_ownership, subjects
from workspaces.access import Actor, get_workspace
from workspaces.errors import Forbidden, NotFound


class OnStage(Deed):
    """A deed that is seen on a stage in the journey's list."""

    def back(self, record: Any) -> str:
        return f"{reverse('journey', args=[record.stream_id])}#stage-{self.stage_id(record)}"

    def stage_id(self, record: Any) -> UUID:
        return record.stage_id


class Propose(OnStage):
    load = get_stage
    form = ProposeForm
    question = "Who should answer for “{}”?"
    button = "Propose"
    said = "Proposed for “{}”. They accept or decline."

    def stage_id(self, record: Stage) -> UUID:
        return record.pk

    def blank(self, record: Stage, data: Any) -> ProposeForm:
        form = ProposeForm(data, workspace_id=record.workspace_id)
        if self.current(record) is None:
            del form.fields["takes_over"]
        else:
            form.initial["takes_over"] = True
        return form

    def current(self, record: Stage) -> Directorship | None:
        return stage_ownership([record.stream_id])[record.pk].current

    def context(self, record: Stage) -> dict[str, Any]:
        return {"current": self.current(record)}

    def work(self, record: Stage, values: dict[str, Any], actor: Actor) -> None:
        services.directorship_propose(stage=record, actor=actor, **values)


class OnDirectorship(OnStage):
    load = get_directorship
    template = "ownership/directorship.html"


class Accept(OnDirectorship):
    question = "Will you answer for this? You direct {}."
    button = "Accept"
    said = "You direct this stage now."

    def work(self, record: Directorship, values: dict[str, Any], actor: Actor) -> None:
        services.directorship_accept(directorship=record, actor=actor)


class Decline(OnDirectorship):
    form = NoteForm
    question = "Decline: {}?"
    button = "Decline"
    said = "Declined."

    def work(self, record: Directorship, values: dict[str, Any], actor: Actor) -> None:
        services.directorship_decline(directorship=record, note=values["note"], actor=actor)


class Withdraw(OnDirectorship):
    question = "Take back the proposal of {}?"
    button = "Withdraw"
    said = "The proposal is withdrawn."

    def work(self, record: Directorship, values: dict[str, Any], actor: Actor) -> None:
        services.directorship_withdraw(directorship=record, actor=actor)


class EndDirectorship(OnDirectorship):
    form = NoteForm
    question = "End the directorship of {}? Nobody answers for the stage then."
    button = "End it"
    said = "Ended. Nobody answers for this stage now."

    def work(self, record: Directorship, values: dict[str, Any], actor: Actor) -> None:
        services.directorship_end(directorship=record, note=values["note"], actor=actor)


class Mandate(OnDirectorship):
    form = MandateEditForm
    question = "What may {} decide?"
    button = "Save the mandate"
    said = "The mandate is saved."

    def blank(self, record: Directorship, data: Any) -> MandateEditForm:
        initial = {name: getattr(record, name) for name in MandateEditForm.base_fields}
        return MandateEditForm(data, initial=initial)

    def work(self, record: Directorship, values: dict[str, Any], actor: Actor) -> None:
        services.mandate_set(directorship=record, actor=if_still(record, values, actor), **values)


class NameDeputy(OnDirectorship):
    form = DeputyForm
    question = "Who answers while {} cannot?"
    button = "Name as deputy"
    said = "The deputy is named."

    def blank(self, record: Directorship, data: Any) -> DeputyForm:
        return DeputyForm(data, workspace_id=record.workspace_id)

    def work(self, record: Directorship, values: dict[str, Any], actor: Actor) -> None:
        services.deputy_name(directorship=record, actor=actor, **values)


class EndDeputy(OnStage):
    load = get_deputy
    question = "End this deputy today?"
    button = "End it"
    said = "The deputy has ended."

    def stage_id(self, record: Deputy) -> UUID:
        return record.directorship.stage_id

    def work(self, record: Deputy, values: dict[str, Any], actor: Actor) -> None:
        services.deputy_end(deputy=record, actor=actor)


class MakeClaim(OnStage):
    """Speak for one of one's own departments; who is nobody in the directory cannot."""

    load = get_stage
    form = ClaimForm
    question = "Is “{}” yours?"
    button = "Say so"
    said = "Said of “{}”."

    def stage_id(self, record: Stage) -> UUID:
        return record.pk

    def blank(self, record: Stage, data: Any) -> ClaimForm:
        self.person = person_of(self.enter(record.workspace_id))
        initial = {"kind": self.request.GET.get("kind", "claim")}
        return ClaimForm(data, person=self.person, initial=initial)

    def context(self, record: Stage) -> dict[str, Any]:
        return {"person": self.person}

    def work(self, record: Stage, values: dict[str, Any], actor: Actor) -> None:
        if self.person is None:
            raise Forbidden("You are nobody in the directory yet. Ask an admin to link your login.")
        services.claim_make(stage=record, person=self.person, actor=actor, **values)


class WithdrawClaim(OnStage):
    load = get_claim
    question = "Take this back?"
    button = "Take it back"
    said = "Taken back."

    def work(self, record: Any, values: dict[str, Any], actor: Actor) -> None:
        services.claim_withdraw(claim=record, actor=actor)


class Appoint(Deed):
    """Name the producer or the sponsor of a journey; who held the office ends."""

    load = get_journey
    form = PersonForm
    button = "Appoint"
    said = "Appointed for “{}”."

    def dispatch(self, request: HttpRequest, *args: Any, office: str, **kwargs: Any) -> Any:
        if office not in Appointment.Office.values:
            raise NotFound
        self.office = office
        return super().dispatch(request, *args, **kwargs)

    @property
    def question(self) -> str:  # type: ignore[override]
        whole = "answers for the whole of" if self.office == "producer" else "sponsors"
        return f"Who {whole} “{{}}”?"

    def back(self, record: Journey) -> str:
        return reverse("journey", args=[record.pk])

    def blank(self, record: Journey, data: Any) -> PersonForm:
        return PersonForm(data, workspace_id=record.workspace_id)

    def work(self, record: Journey, values: dict[str, Any], actor: Actor) -> None:
        services.office_appoint(
            journey=record, office=self.office, person=values["person"], actor=actor
        )


class EndAppointment(Deed):
    load = get_appointment
    question = "End this appointment?"
    button = "End it"
    said = "Ended."

    def back(self, record: Appointment) -> str:
        return reverse("journey", args=[record.journey_id])

    def work(self, record: Appointment, values: dict[str, Any], actor: Actor) -> None:
        services.office_end(appointment=record, actor=actor)


class OnFlag(Deed):
    load = get_flag
    template = "ownership/flag.html"

    def back(self, record: Flag) -> str:
        slug = get_workspace(self.caller, record.workspace_id).slug
        return f"{reverse('ownership', args=[slug])}#flag-{record.pk}"

    def context(self, record: Flag) -> dict[str, Any]:
        return {"subject": subjects([record]).get(record.pk)}


class AcknowledgeFlag(OnFlag):
    question = "Say that somebody is on it?"
    button = "Acknowledge"
    said = "Acknowledged."

    def work(self, record: Flag, values: dict[str, Any], actor: Actor) -> None:
        services.flag_acknowledge(flag=record, actor=actor)


class DismissFlag(OnFlag):
    form = DismissForm
    question = "Set this aside?"
    button = "Dismiss"
    said = "Set aside."

    def work(self, record: Flag, values: dict[str, Any], actor: Actor) -> None:
        services.flag_dismiss(flag=record, actor=actor, **values)
