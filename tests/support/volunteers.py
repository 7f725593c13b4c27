"""Volunteers for the stage “Buy”."""

from ownership import services
from ownership.models import Volunteer
from tests.support.contests import stage_of
from tests.support.factories import SampleWorld


def volunteer(world: SampleWorld, name: str, **more: str) -> Volunteer:
    return services.volunteer_create(
        stage=stage_of(world), actor=getattr(world, name).actor, **more
    )


def open_offers(world: SampleWorld) -> set[str]:
    """Return the names of those whose offers are open."""
    names = {member.person_id: name for name, member in world.acme.people.items()}
    return {names[row.person_id] for row in world.acme.all(Volunteer, ended_at=None)}
