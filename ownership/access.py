"""Access getters for ownership records, and checks of who may do what with them.

Only this module derives rights from the person that a login is linked to, or from that person's
departments. Getters raise the same errors as get_record().
"""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext

from changes.access import get_record
from core.actors import APPOINT, READ, Actor, Caller
from core.errors import Conflict, Forbidden
from core.tenancy import ensure_tenant_scope
from core.text import isolated
from ownership.models import Appointment, Claim, Deputy, Directorship, Flag
from people.models import Person
from people.queries import current_placements, has_left


def get_directorship(caller: Caller, directorship_id: UUID, right: str = READ) -> Directorship:
    return get_record(caller, Directorship, directorship_id, right, "stage__journey", "person")


def get_deputy(caller: Caller, deputy_id: UUID, right: str = READ) -> Deputy:
    return get_record(caller, Deputy, deputy_id, right, "directorship__stage", "person")


def get_claim(caller: Caller, claim_id: UUID, right: str = READ) -> Claim:
    return get_record(caller, Claim, claim_id, right, "stage__journey", "person", "department")


def get_appointment(caller: Caller, appointment_id: UUID, right: str = READ) -> Appointment:
    return get_record(caller, Appointment, appointment_id, right, "journey", "person")


def get_flag(caller: Caller, flag_id: UUID, right: str = READ) -> Flag:
    return get_record(caller, Flag, flag_id, right)


def person_of(actor: Actor) -> Person | None:
    """Return the person in the directory that the acting member is linked to, or None."""
    if actor.member_id is None:
        return None
    with ensure_tenant_scope([actor.workspace_id]):
        return Person.objects.filter(workspace=actor.workspace_id, member=actor.member_id).first()


def is_self(actor: Actor, person: Person) -> bool:
    return actor.member_id is not None and person.member_id == actor.member_id


def is_producer_or_sponsor(actor: Actor, journey_id: UUID) -> bool:
    """Return whether the actor is currently the journey's producer or sponsor."""
    with ensure_tenant_scope([actor.workspace_id]):
        return (
            Appointment.objects.filter(
                journey=journey_id, ended_at=None, person__member=actor.member_id
            )
            .exclude(person__member=None)
            .exists()
        )


def may_appoint(actor: Actor, journey_id: UUID) -> bool:
    """Return whether the actor may appoint directors in a journey.

    True with the `appoint` right, and for the journey's current producer and sponsor.
    """
    return actor.can(APPOINT) or is_producer_or_sponsor(actor, journey_id)


def require_appoint(actor: Actor, journey_id: UUID) -> None:
    if not may_appoint(actor, journey_id):
        raise Forbidden(
            gettext("Only the journey’s producer, its sponsor or an admin can do this.")
        )


def rights_in_journey(actor: Actor, journey_id: UUID) -> frozenset[str]:
    """Return the actor's rights in a journey. Its producer and sponsor also have `appoint`."""
    return actor.rights | ({APPOINT} if may_appoint(actor, journey_id) else set())


def rights_by_appointment(
    seats: Collection[tuple[UUID, UUID]],
) -> dict[tuple[UUID, UUID], frozenset[str]]:
    """Return the rights that appointments add, for each (journey, member) pair in `seats`.

    Used for open sockets (settings.RIGHTS_BY_APPOINTMENT). One query. Call it inside
    tenant_scope().
    """
    journeys, members = zip(*seats, strict=True) if seats else ((), ())
    held = Appointment.objects.filter(
        journey__in=journeys, ended_at=None, person__member__in=members
    )
    appointed = set(held.values_list("journey_id", "person__member_id"))
    return {seat: frozenset({APPOINT}) for seat in appointed.intersection(seats)}


def require_present(person: Person) -> None:
    if has_left(person):
        raise Conflict(
            gettext("{name} has left the company. Choose someone else.").format(name=person.name),
            code="person-left",
        )


def require_self(actor: Actor, person: Person) -> None:
    if not is_self(actor, person):
        raise Forbidden(
            gettext("Only {name} can do this. Ask them to do it.").format(
                name=isolated(person.name)
            )
        )


def is_placed_in(person: Person, department_id: UUID) -> bool:
    """Return whether a person is placed in a department today.

    Call it inside tenant_scope() or change_set().
    """
    placements = current_placements(person.workspace_id)
    return placements.filter(person=person, department=department_id).exists()
