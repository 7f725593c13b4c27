"""Persons for tests that need many of them."""

from tests.support.factories import SampleWorkspace


def add_persons(place: SampleWorkspace, *names: str, **fields: str) -> None:
    """Add persons to a workspace's directory."""
    place.direct(
        *[{"op": "add", "type": "person", "fields": {"name": name, **fields}} for name in names]
    )


def fill_directory(place: SampleWorkspace, count: int = 25) -> None:
    """Add so many persons that a form searches for them."""
    add_persons(place, *[f"Person {number}" for number in range(count)])
