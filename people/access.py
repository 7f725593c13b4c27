"""Access-checked lookups of departments, persons and placements.

They raise the same errors as get_record().
"""

from uuid import UUID

from changes.access import get_record
from core.actors import READ, Caller
from people.models import Department, Person, Placement


def get_department(caller: Caller, department_id: UUID, right: str = READ) -> Department:
    return get_record(caller, Department, department_id, right)


def get_person(caller: Caller, person_id: UUID, right: str = READ) -> Person:
    return get_record(caller, Person, person_id, right, "member")


def get_placement(caller: Caller, placement_id: UUID, right: str = READ) -> Placement:
    return get_record(caller, Placement, placement_id, right, "person", "department")
