"""Hand-offs: two adjacent directors sign what they expect of each other, and the audit finds who hasn't."""

from datetime import timedelta

import pytest
from django.utils import timezone

from changes.ops import parse_ops
from changes.services import apply_ops
from core.errors import AppError, Conflict, Forbidden, InvalidRequest
from core.tenancy import tenant_scope
from journeys.models import Step
from ownership import services
from ownership.models import Breach, Flag, HandOff, HandOffStanding
from ownership.services import Decision
from tests.support.contests import direct, ripe_contest, rule
from tests.support.factories import SampleMember, SampleWorld
from tests.support.handoffs import TEXT, direct_stage, handoff_of, signed_handoff, state_of


@pytest.fixture
def handoff(world: SampleWorld) -> HandOff:
    return handoff_of(world)


def sign(who: SampleMember, handoff: HandOff, revision: int = 1) -> None:
    services.handoff_sign(handoff=handoff, revision=revision, actor=who.actor)


def test_it_is_missing_then_unsigned_then_agreed(world: SampleWorld) -> None:
    direct_stage(world, "frank", "Choose")
    assert state_of(world) == ""
    direct_stage(world, "erin", "Buy")
    assert state_of(world) == "missing"
    handoff = handoff_of(world)
    assert state_of(world) == "unsigned"
    sign(world.erin, handoff)
    assert state_of(world) == "half-signed"
    sign(world.frank, handoff)
    assert state_of(world) == "agreed"


def test_a_change_of_the_text_takes_two_new_signatures(world: SampleWorld) -> None:
    handoff = signed_handoff(world)
    services.handoff_update(handoff=handoff, actor=world.erin.actor, **TEXT)
    assert state_of(world) == "agreed"
    changed = {**TEXT, "return_service": "Within two days"}
    services.handoff_update(handoff=handoff, actor=world.erin.actor, **changed)
    assert state_of(world) == "unsigned"
    with pytest.raises(Conflict) as stale:
        sign(world.frank, handoff)
    assert stale.value.code == "handoff-changed"
    sign(world.frank, handoff, revision=2)
    assert state_of(world) == "half-signed"


def test_a_new_director_has_not_signed(world: SampleWorld) -> None:
    signed_handoff(world)
    direct_stage(world, "bob", "Buy", takes_over=True)
    assert state_of(world) == "half-signed"


def test_a_reorder_puts_it_to_sleep_and_back(world: SampleWorld) -> None:
    handoff = signed_handoff(world)
    for after, state in ((world.acme.stages["Use"], "asleep"), (None, "agreed")):
        op = {"op": "move", "type": "stage", "id": str(world.acme.stages["Choose"])}
        place = {"after": str(after) if after else None}
        apply_ops(world.acme.journey, parse_ops([op | {"place": place}]), actor=world.alice.actor)
        assert state_of(world) == state
        if state == "asleep":
            with pytest.raises(Conflict) as asleep:
                sign(world.frank, handoff)
            assert asleep.value.code == "handoff-asleep"


def test_it_goes_with_its_stage(world: SampleWorld) -> None:
    signed_handoff(world)
    with tenant_scope([world.acme.id]):
        standing = HandOffStanding.objects.select_related("from_directorship").get()
        current = standing.from_directorship
    assert current is not None
    services.directorship_end(directorship=current, actor=world.frank.actor)
    op = {"op": "remove", "type": "stage", "id": str(world.acme.stages["Choose"])}
    apply_ops(world.acme.journey, parse_ops([op]), actor=world.alice.actor)
    assert world.acme.all(HandOff) == []


def test_a_split_creates_an_unsigned_one(world: SampleWorld) -> None:
    contest = ripe_contest(world)
    waits = world.acme.read(Step, world.acme.steps["Waits"])
    people = world.alice.person, world.frank.person
    rule(world, contest, Decision("split", "Two jobs.", *people, waits, "Wait"))
    with tenant_scope([world.acme.id]):
        (standing,) = HandOffStanding.objects.select_related("to_stage")
        assert (standing.state, standing.to_stage.title) == ("unsigned", "Wait")
    (handoff,) = world.acme.all(HandOff)
    with pytest.raises(Conflict) as empty:
        sign(world.frank, handoff)
    assert empty.value.code == "handoff-incomplete"


@pytest.mark.parametrize("name", ["alice", "oscar", "dana", "bob"])
def test_only_the_two_directors_sign(world: SampleWorld, handoff: HandOff, name: str) -> None:
    with pytest.raises(Forbidden):
        sign(getattr(world, name), handoff)


@pytest.mark.parametrize(
    ("name", "may"),
    [("frank", True), ("erin", True), ("dana", True), ("alice", False), ("bob", False)],
)
def test_who_writes_it(world: SampleWorld, handoff: HandOff, name: str, may: bool) -> None:
    def write() -> None:
        changed = {**TEXT, "forward_service": "At once"}
        services.handoff_update(handoff=handoff, actor=getattr(world, name).actor, **changed)

    if may:
        write()
        assert world.acme.read(HandOff, handoff.pk).revision == 2
    else:
        with pytest.raises(Forbidden):
            write()


def test_one_director_twice_needs_none(world: SampleWorld) -> None:
    direct_stage(world, "frank", "Choose")
    direct(world, "frank")
    with pytest.raises(Conflict) as needless:
        handoff_of(world, directed=True)
    assert needless.value.code == "no-handoff-needed"


def record(world: SampleWorld, handoff: HandOff, **changes: object) -> Breach:
    said = {
        "side": "from",
        "description": "Customers came without a contract number.",
        "evidence": "https://tickets.example/214",
        "happened_on": timezone.localdate() - timedelta(days=2),
    }
    return services.breach_create(handoff=handoff, actor=world.erin.actor, **{**said, **changes})


def test_a_breach_is_answered_by_the_side_at_fault_once(world: SampleWorld) -> None:
    breach = record(world, signed_handoff(world))
    with pytest.raises(Forbidden):
        services.breach_answer(breach=breach, answer="No.", actor=world.erin.actor)
    services.breach_answer(breach=breach, answer="We check it now.", actor=world.frank.actor)
    with pytest.raises(Conflict) as twice:
        services.breach_answer(breach=breach, answer="Again.", actor=world.frank.actor)
    assert twice.value.code == "already-answered"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"evidence": " "}, InvalidRequest),
        ({"description": ""}, InvalidRequest),
        ({"side": "both"}, InvalidRequest),
        ({"happened_on": timezone.localdate() + timedelta(days=3)}, InvalidRequest),
    ],
)
def test_a_bad_breach_changes_nothing(
    world: SampleWorld, changes: dict[str, object], error: type[AppError]
) -> None:
    handoff = signed_handoff(world)
    with pytest.raises(error):
        record(world, handoff, **changes)
    assert world.acme.all(Breach) == []


def test_nothing_agreed_nothing_breached(world: SampleWorld, handoff: HandOff) -> None:
    with pytest.raises(Conflict) as early:
        record(world, handoff)
    assert early.value.code == "handoff-not-agreed"


def test_the_audit_warns_at_the_later_stage_until_both_have_signed(
    world: SampleWorld, handoff: HandOff
) -> None:
    services.run_audit(world.acme.id)
    (flag,) = world.acme.all(Flag, rule="OWN-09")
    assert (flag.subject_id, flag.severity) == (world.acme.stages["Buy"], "warn")
    assert flag.evidence["state"] == "unsigned"
    sign(world.frank, handoff)
    sign(world.erin, handoff)
    services.run_audit(world.acme.id)
    assert world.acme.all(Flag, rule="OWN-09")[0].state == "resolved"
