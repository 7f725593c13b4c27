"""The hand-off from “Choose”, which Frank directs, to “Buy”, which Erin directs."""

from changes.queries import snapshot
from core.tenancy import tenant_scope
from ownership import services
from ownership.handoff_marks import handoff_marks, recorded_handoff_marks
from ownership.models import HandOff, HandOffStanding
from tests.support.contests import stage_of
from tests.support.factories import SampleWorld

TEXT = {
    "exit_criteria": "The customer has chosen a plan.",
    "entry_criteria": "The plan and the address are known.",
    "forward_service": "Within an hour",
    "return_service": "Within a day",
}


def direct_stage(world: SampleWorld, name: str, title: str, *, takes_over: bool = False) -> None:
    member = getattr(world, name)
    proposal = services.directorship_propose(
        stage=stage_of(world, title),
        person=member.person,
        actor=world.dana.actor,
        takes_over=takes_over,
    )
    services.directorship_accept(directorship=proposal, actor=member.actor)


def handoff_of(world: SampleWorld, *, directed: bool = False) -> HandOff:
    """Return a new hand-off, unsigned. The directors accept first, unless the stages are `directed`."""
    if not directed and not state_of(world):
        direct_stage(world, "frank", "Choose")
        direct_stage(world, "erin", "Buy")
    return services.handoff_create(
        from_stage=stage_of(world, "Choose"),
        to_stage=stage_of(world),
        actor=world.frank.actor,
        **TEXT,
    )


def signed_handoff(world: SampleWorld) -> HandOff:
    handoff = handoff_of(world)
    for member in (world.frank, world.erin):
        services.handoff_sign(handoff=handoff, revision=1, actor=member.actor)
    return handoff


def state_of(world: SampleWorld) -> str:
    """Return where the hand-off from “Choose” to “Buy” stands, or "" if it needs none."""
    with tenant_scope([world.acme.id]):
        pair = HandOffStanding.objects.filter(
            journey=world.acme.journey,
            from_stage=world.acme.stages["Choose"],
            to_stage=world.acme.stages["Buy"],
        )
        state = pair.values_list("state", flat=True).first() or ""
        # The marks on maps agree with the view, whether they are read or computed from a snapshot.
        marks = handoff_marks(world.acme.journey)
        assert recorded_handoff_marks(snapshot(world.acme.journey)["records"]) == marks
        mark = marks.get(world.acme.stages["Buy"])
        assert (mark.state if mark else "") == ("" if state == "asleep" else state)
        return state
