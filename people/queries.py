"""Reads about people that several apps share. All inside tenant_scope()."""

from uuid import UUID

from django.db.models import Q, QuerySet

from people.models import Person, Placement
from workspaces.queries import today_in


def present_persons(workspace_id: UUID) -> QuerySet[Person]:
    """Return the persons whose last day, if there is one, is not over, by name."""
    here = Q(left_on=None) | Q(left_on__gte=today_in(workspace_id))
    return Person.objects.filter(here, workspace=workspace_id).order_by("name", "pk")


def has_left(person: Person) -> bool:
    """Say whether a person's last day is over."""
    return person.left_on is not None and person.left_on < today_in(person.workspace_id)


def current_placements(workspace_id: UUID) -> QuerySet[Placement]:
    """Return the placements that have begun and are not over."""
    today = today_in(workspace_id)
    open_ones = Q(until=None) | Q(until__gte=today)
    return Placement.objects.filter(open_ones, workspace=workspace_id, since__lte=today)
