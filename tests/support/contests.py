"""Contests over the stage “Buy”, its parties, and rulings."""

from core.tenancy import tenant_scope
from journeys.models import Stage
from ownership import services
from ownership.contests import open_contest
from ownership.models import Claim, Contest, Directorship, Party, Ruling, StageStanding
from ownership.services import Decision
from tests.support.factories import SampleWorld


def ripe_contest(world: SampleWorld) -> Contest:
    """Return a contest in which Alice (Retail) and Frank (Network) have asked for a ruling."""
    claim(world, "alice")
    claim(world, "frank")
    row = the_contest(world)
    for name in ("alice", "frank"):
        services.party_ask(party=party_of(world, name), actor=getattr(world, name).actor)
    return row


def stage_of(world: SampleWorld, title: str = "Buy") -> Stage:
    return world.acme.read(Stage, world.acme.stages[title])


def claim(world: SampleWorld, name: str, title: str = "Buy") -> Claim:
    placed = {"alice": "Retail", "frank": "Network", "bob": "Retail", "erin": "Care"}
    return services.claim_create(
        stage=stage_of(world, title),
        person=getattr(world, name).person,
        department=world.acme.department(placed[name]),
        kind="claim",
        actor=getattr(world, name).actor,
    )


def direct(world: SampleWorld, name: str) -> Directorship:
    proposal = services.directorship_propose(
        stage=stage_of(world), person=getattr(world, name).person, actor=world.dana.actor
    )
    return services.directorship_accept(directorship=proposal, actor=getattr(world, name).actor)


def the_contest(world: SampleWorld) -> Contest:
    with tenant_scope([world.acme.id]):
        row = open_contest(world.acme.stages["Buy"])
        assert row is not None
        assert row.stage  # loaded inside the scope
    return row


def party_of(world: SampleWorld, name: str) -> Party:
    (row,) = world.acme.all(Party, person=getattr(world, name).person_id)
    return row


def ownership_of(world: SampleWorld, title: str = "Buy") -> StageStanding:
    with tenant_scope([world.acme.id]):
        return StageStanding.objects.get(stage=world.acme.stages[title])


def uphold(world: SampleWorld, name: str) -> Decision:
    return Decision("uphold", "The queue runs there.", getattr(world, name).person)


def rule(world: SampleWorld, row: Contest, decision: Decision, by: str = "oscar") -> Ruling:
    return services.contest_rule(contest=row, decision=decision, actor=getattr(world, by).actor)
