"""Access-checked lookups of departments, persons, placements and absences, and who may record absences.

The lookups raise the same errors as get_record().
"""

from uuid import UUID

from django.utils.translation import gettext

from changes.access import get_record
from core.actors import PEOPLE, READ, Actor, Caller
from core.errors import Forbidden
from core.text import isolated
from people.models import Absence, Department, Person, Placement


def get_department(caller: Caller, department_id: UUID, right: str = READ) -> Department:
    return get_record(caller, Department, department_id, right)


def get_person(caller: Caller, person_id: UUID, right: str = READ) -> Person:
    return get_record(caller, Person, person_id, right, "member")


def get_placement(caller: Caller, placement_id: UUID, right: str = READ) -> Placement:
    return get_record(caller, Placement, placement_id, right, "person", "department")


def get_absence(caller: Caller, absence_id: UUID, right: str = READ) -> Absence:
    return get_record(caller, Absence, absence_id, right, "person__member", "stand_in")


def may_set_absence(actor: Actor, person: Person) -> bool:
    """Return whether the actor may record absences of a person. For others, this requires `people`."""
    return actor.can(PEOPLE) or (
        actor.member_id is not None and person.member_id == actor.member_id
    )


def require_may_set_absence(actor: Actor, person: Person) -> None:
    if not may_set_absence(actor, person):
        raise Forbidden(
            gettext("Only {name} or an admin can do this.").format(name=isolated(person.name))
        )
