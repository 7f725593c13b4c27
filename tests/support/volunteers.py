"""Volunteers and candidates for the stage “Buy”."""

from core.tenancy import tenant_scope
from ownership import services
from ownership.candidates import CastingCall, find_casting_call
from ownership.models import Volunteer
from tests.support.contests import stage_of
from tests.support.factories import SampleWorld
from tests.support.html_client import without_isolation


def volunteer(world: SampleWorld, name: str, **more: str) -> Volunteer:
    return services.volunteer_create(
        stage=stage_of(world), actor=getattr(world, name).actor, **more
    )


def open_offers(world: SampleWorld) -> set[str]:
    """Return the names of those whose offers are open."""
    names = {member.person_id: name for name, member in world.acme.people.items()}
    return {names[row.person_id] for row in world.acme.all(Volunteer, ended_at=None)}


def call_of(world: SampleWorld) -> CastingCall | None:
    stage = stage_of(world)
    with tenant_scope([world.acme.id]):
        return find_casting_call(stage)


def candidates(world: SampleWorld) -> dict[str, str]:
    """Return the candidates' reasons in one text by name, the best first."""
    call = call_of(world)
    assert call is not None
    return {
        row.person.name.lower(): without_isolation("; ".join(row.reasons))
        for row in call.candidates
    }
