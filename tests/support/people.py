"""Persons for tests that need many of them, and their absences."""

from datetime import date, timedelta

from django.utils import timezone

from people.models import Absence
from people.services import absence_create
from tests.support.factories import SampleMember, SampleWorkspace, SampleWorld
from workspaces.models import Member


def add_persons(place: SampleWorkspace, *names: str, **fields: str) -> None:
    """Add persons to a workspace's directory."""
    place.direct(
        *[{"op": "add", "type": "person", "fields": {"name": name, **fields}} for name in names]
    )


def fill_directory(place: SampleWorkspace, count: int = 25) -> None:
    """Add so many persons that a form searches for them."""
    add_persons(place, *[f"Person {number}" for number in range(count)])


def write_role(who: SampleMember, role: str) -> None:
    """Give a member a role without the checks of the service, which protects ombudsmen."""
    Member.objects.filter(pk=who.member.pk).update(role=role)


def day(offset: int) -> date:
    """Return the day this many days after today, in the workspaces of the tests (UTC)."""
    return timezone.localdate() + timedelta(days=offset)


def away(
    world: SampleWorld, name: str, since: int, until: int, stand_in: str | None = None
) -> Absence:
    """Record an absence of a sample member, on days relative to today."""
    person: SampleMember = getattr(world, name)
    return absence_create(
        person=person.person,
        since=day(since),
        until=day(until),
        stand_in=getattr(world, stand_in).person if stand_in else None,
        actor=person.actor,
    )
