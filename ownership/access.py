"""The way from an id to a record of ownership, and who may do what with it.

Only here are persons' logins and departments read to find out rights: what one may do for
oneself, and who belongs to a department.
"""

from collections.abc import Collection
from uuid import UUID

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
    """Return the person a member is in the directory, if there is one."""
    if actor.member_id is None:
        return None
    with ensure_tenant_scope([actor.workspace_id]):
        return Person.objects.filter(workspace=actor.workspace_id, member=actor.member_id).first()


def is_self(actor: Actor, person: Person) -> bool:
    return actor.member_id is not None and person.member_id == actor.member_id


def is_producer_or_sponsor(actor: Actor, journey_id: UUID) -> bool:
    """Say whether the actor is the journey's producer or sponsor now."""
    with ensure_tenant_scope([actor.workspace_id]):
        return (
            Appointment.objects.filter(
                journey=journey_id, ended_at=None, person__member=actor.member_id
            )
            .exclude(person__member=None)
            .exists()
        )


def may_appoint(actor: Actor, journey_id: UUID) -> bool:
    """Say whether the actor names directors here: by right, or as producer or sponsor."""
    return actor.can(APPOINT) or is_producer_or_sponsor(actor, journey_id)


def require_appoint(actor: Actor, journey_id: UUID) -> None:
    if not may_appoint(actor, journey_id):
        raise Forbidden("Only the journey's producer, its sponsor or an admin can do this.")


def rights_in_journey(actor: Actor, journey_id: UUID) -> frozenset[str]:
    """Return the actor's rights in a journey: its producer and its sponsor appoint there."""
    return actor.rights | ({APPOINT} if may_appoint(actor, journey_id) else set())


def rights_by_appointment(
    seats: Collection[tuple[UUID, UUID]],
) -> dict[tuple[UUID, UUID], frozenset[str]]:
    """Return which rights an office adds, by (journey, member) of `seats`. One query, in tenant_scope().

    For open sockets (settings.RIGHTS_BY_APPOINTMENT).
    """
    journeys, members = zip(*seats, strict=True) if seats else ((), ())
    held = Appointment.objects.filter(
        journey__in=journeys, ended_at=None, person__member__in=members
    )
    found = set(held.values_list("journey_id", "person__member_id"))
    return {seat: frozenset({APPOINT}) for seat in found.intersection(seats)}


def require_present(person: Person) -> None:
    if has_left(person):
        raise Conflict(f"{person.name} has left the company.", code="person-left")


def require_self(actor: Actor, person: Person) -> None:
    if not is_self(actor, person):
        raise Forbidden(f"Only {isolated(person.name)} can do this, for themselves.")


def is_placed_in(person: Person, department_id: UUID) -> bool:
    """Say whether a person is placed in a department today. Inside tenant_scope() or change_set()."""
    placements = current_placements(person.workspace_id)
    return placements.filter(person=person, department=department_id).exists()
