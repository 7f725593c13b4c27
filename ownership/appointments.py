"""Appointments of a journey's producer and sponsor."""

from uuid import UUID

from django.utils.translation import gettext

from changes.services import Recorder, change_set
from core.actors import APPOINT, SPONSOR, Actor
from core.errors import Conflict, Forbidden, InvalidRequest
from journeys.models import Journey
from ownership.access import require_present
from ownership.models import Appointment
from people.models import Person
from workspaces.access import ROLE_RIGHTS

Office = Appointment.Office


def appointment_create(
    *, journey: Journey, office: str, person: Person, actor: Actor
) -> Appointment:
    """Appoint a journey's producer or sponsor. The previous appointment ends in the same gesture.

    Requires `appoint`, except that a sponsor may appoint the producer. A sponsor who has a login must be an
    executive or an admin. Raises Conflict if the person has left, isn't allowed to be the sponsor, or already
    holds the office. Logs `producer.appoint` or `sponsor.appoint`.
    """
    with change_set(
        [journey.stream_id], action=f"{office}.appoint", actor=actor, undoable=False
    ) as recorder:
        journey = recorder.reload(journey)
        _require_may_fill(actor, journey, office)
        require_present(person)
        if office == Office.SPONSOR and person.member and not _is_executive(person):
            raise Conflict(
                gettext(
                    "{name} isn’t an executive in this workspace. Choose an executive or an "
                    "admin as sponsor."
                ).format(name=person.name),
                code="not-an-executive",
            )
        holder = Appointment.objects.filter(journey=journey, office=office, ended_at=None).first()
        if holder is not None:
            if holder.person_id == person.pk:
                text = (
                    gettext("{name} is already the producer. Choose someone else.")
                    if office == Office.PRODUCER
                    else gettext("{name} is already the sponsor. Choose someone else.")
                )
                raise Conflict(text.format(name=person.name))
            recorder.set(holder, ended_at=recorder.at)
        return recorder.add_unique(
            Appointment(
                stream_id=journey.stream_id,
                journey=journey,
                office=office,
                person=person,
                appointed_at=recorder.at,
            )
        )


def appoint_first_producer(recorder: Recorder, journey: Journey, person_id: UUID) -> None:
    """Appoint the producer in the gesture that creates a journey (settings.FIRST_PRODUCER).

    Raises InvalidRequest if the person isn't in the workspace, and Conflict if they have left.
    """
    person = Person.objects.filter(workspace=journey.workspace_id, pk=person_id).first()
    if person is None:
        raise InvalidRequest.at(
            "/producer",
            "not_found",
            gettext("This person isn’t in the workspace. Choose someone else."),
        )
    require_present(person)
    recorder.add(
        Appointment(
            stream_id=journey.pk,
            journey=journey,
            office=Office.PRODUCER,
            person=person,
            appointed_at=recorder.at,
        )
    )


def appointment_end(*, appointment: Appointment, actor: Actor) -> Appointment:
    """End an appointment. The office is vacant afterwards.

    Allowed for the person who holds the office, and for those who may appoint someone to it. Raises
    Conflict if the appointment has already ended. Logs `producer.end` or `sponsor.end`.
    """
    with change_set(
        [appointment.stream_id], action=f"{appointment.office}.end", actor=actor, undoable=False
    ) as recorder:
        appointment = recorder.reload(appointment)
        if actor.member_id is None or appointment.person.member_id != actor.member_id:
            _require_may_fill(actor, appointment.journey, appointment.office)
        if appointment.ended_at:
            raise Conflict(
                gettext("This appointment has already ended. Reload to see its current state.")
            )
        return recorder.set(appointment, ended_at=recorder.at)


def _require_may_fill(actor: Actor, journey: Journey, office: str) -> None:
    if actor.can(APPOINT):
        return
    sponsors = Appointment.objects.filter(
        journey=journey,
        office=Office.SPONSOR,
        ended_at=None,
        person__member__isnull=False,
        person__member=actor.member_id,
    )
    if office != Office.PRODUCER or not sponsors.exists():
        raise Forbidden(
            gettext(
                "Only an admin can do this. A producer can also be appointed by the journey’s sponsor."
            )
        )


def _is_executive(person: Person) -> bool:
    role = person.member.role if person.member else ""
    return SPONSOR in ROLE_RIGHTS[role] or APPOINT in ROLE_RIGHTS[role]
