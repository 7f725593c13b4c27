"""Queries about people that several apps share. Call them inside tenant_scope()."""

from datetime import date
from uuid import UUID

from django.db.models import F, Q, QuerySet

from core.search import NameSearch, SearchName
from people.models import Absence, Department, Person, Placement
from workspaces.models import Member
from workspaces.queries import today_in

PERSON_SEARCH = NameSearch("api_person_search", F("search_name"), lambda person: person.job_title)
DEPARTMENT_SEARCH = NameSearch("api_department_search", SearchName("name"), lambda department: "")


def present_persons(workspace_id: UUID) -> QuerySet[Person]:
    """Return the persons who have not left, ordered by name.

    On their last day, people count as present.
    """
    here = Q(left_on=None) | Q(left_on__gte=today_in(workspace_id))
    return Person.objects.filter(here, workspace=workspace_id).order_by("name", "pk")


def active_departments(workspace_id: UUID) -> QuerySet[Department]:
    """Return the departments that are not archived."""
    return Department.objects.filter(workspace=workspace_id, is_archived=False)


def department_choices(workspace_id: UUID, chosen_id: UUID | None) -> QuerySet[Department]:
    """Return the departments for a form field, by name: the active ones, and the current choice."""
    choices = Q(is_archived=False) | Q(pk=chosen_id)
    return Department.objects.filter(choices, workspace=workspace_id).order_by("name", "pk")


def has_left(person: Person) -> bool:
    """Return whether a person's last day is in the past."""
    return person.left_on is not None and person.left_on < today_in(person.workspace_id)


def current_placements(workspace_id: UUID) -> QuerySet[Placement]:
    """Return the placements that include today."""
    today = today_in(workspace_id)
    not_ended = Q(until=None) | Q(until__gte=today)
    return Placement.objects.filter(not_ended, workspace=workspace_id, since__lte=today)


def current_absences(workspace_id: UUID) -> QuerySet[Absence]:
    """Return the absences that include today."""
    today = today_in(workspace_id)
    return Absence.objects.filter(workspace=workspace_id, since__lte=today, until__gte=today)


def find_stand_ins(workspace_id: UUID) -> dict[Person, Person | None]:
    """Return today's stand-in, or None, for each person who is away.

    The stand-in is None if there is none, or if they are away as well, have left or can't sign in. The stand-in of a
    stand-in isn't considered. Runs two queries. Call it inside tenant_scope().
    """
    today = today_in(workspace_id)
    rows = current_absences(workspace_id).select_related("person", "stand_in__member__user")
    stand_ins = {row.person: row.stand_in for row in rows}
    return {
        person: stand_in
        if stand_in and stand_in not in stand_ins and is_reachable(stand_in, today)
        else None
        for person, stand_in in stand_ins.items()
    }


def is_away(member: Member) -> bool:
    """Return whether a member is away today. Runs two queries. Call it inside tenant_scope()."""
    return current_absences(member.workspace_id).filter(person__member=member).exists()


def is_reachable(person: Person, today: date) -> bool:
    """Return whether a person hasn't left and can sign in. Load the person with `member__user`."""
    member = person.member
    is_gone = person.left_on is not None and person.left_on < today
    return not is_gone and member is not None and member.left_at is None and member.user.is_active
