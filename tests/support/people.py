"""Persons for tests that need many of them."""

from tests.support.factories import SampleMember, SampleWorkspace
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
