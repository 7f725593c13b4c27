"""A locked record and everything in it cannot be changed until someone unlocks it."""

import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from changes.history import describe_change_sets
from changes.models import ChangeSet
from changes.queries import sets_since
from changes.services import Recorder, change_set, restore, undo
from comments.services import comment_create
from core.actors import Actor
from core.errors import Forbidden, InvalidRequest, Locked
from core.tenancy import tenant_scope
from journeys.models import Journey, Lane, Stage, Step
from journeys.services import journey_duplicate, set_lock
from ownership.services import directorship_propose
from tests.support.factories import SampleWorkspace, SampleWorld, op
from tests.support.log_invariants import State, checking_log
from tests.support.random_gestures import RandomGestures
from tests.support.record_types import WRITABLE
from touchpoints.models import Touchpoint
from touchpoints.services import touchpoints_sync
from workspaces.access import system_actor

Ops = Callable[[SampleWorkspace], list[dict[str, Any]]]


def lock(place: SampleWorkspace, stage: str = "Buy") -> None:
    set_lock(row=place.read(Stage, place.stages[stage]), locked=True, actor=system_actor(place.id))


def unlock(place: SampleWorkspace, stage: str = "Buy") -> None:
    set_lock(row=place.read(Stage, place.stages[stage]), locked=False, actor=system_actor(place.id))


def lock_lane(place: SampleWorkspace, lane: str = "Network") -> None:
    set_lock(row=place.read(Lane, place.lanes[lane]), locked=True, actor=system_actor(place.id))


def last(place: SampleWorkspace) -> tuple[ChangeSet, str]:
    """Return the journey's last set and its sentence in history."""
    with tenant_scope([place.id]):
        one = ChangeSet.objects.filter(stream=place.journey).order_by("version").last()
        return one, describe_change_sets([one])[0].text


IN_BUY: dict[str, Ops] = {
    "the stage gets a title": lambda p: [
        op("set", "stage", p.stages["Buy"], fields={"title": "Sign"})
    ],
    "the stage moves": lambda p: [op("move", "stage", p.stages["Buy"], place={"after": None})],
    "the stage goes": lambda p: [op("remove", "stage", p.stages["Buy"])],
    "the journey goes": lambda p: [op("remove", "journey", p.journey)],
    "a step comes": lambda p: [
        op("add", "step", fields={"title": "Pays"}, place={"stage": str(p.stages["Buy"])})
    ],
    "a step gets a title": lambda p: [
        op("set", "step", p.steps["Signs"], fields={"title": "Pays"})
    ],
    "a step moves in it": lambda p: [op("move", "step", p.steps["Waits"], place={"after": None})],
    "a step moves in": lambda p: [
        op("move", "step", p.steps["Asks"], place={"stage": str(p.stages["Buy"])})
    ],
    "a step moves out": lambda p: [
        op("move", "step", p.steps["Waits"], place={"stage": str(p.stages["Use"])})
    ],
    "a step goes": lambda p: [op("remove", "step", p.steps["Waits"])],
    "a touchpoint comes": lambda p: [
        op(
            "add",
            "touchpoint",
            fields={"title": "Pays"},
            place={"step": str(p.steps["Signs"]), "lane": str(p.lanes["Retail"])},
        )
    ],
    "a touchpoint changes": lambda p: [
        op("set", "touchpoint", p.touchpoints["Signs"], fields={"emotion": 2})
    ],
    "a touchpoint moves in": lambda p: [
        op("move", "touchpoint", p.touchpoints["Sees an ad"], place={"step": str(p.steps["Waits"])})
    ],
    "a touchpoint moves out": lambda p: [
        op("move", "touchpoint", p.touchpoints["Signs"], place={"step": str(p.steps["Asks"])})
    ],
    "a touchpoint goes": lambda p: [op("remove", "touchpoint", p.touchpoints["Signs"])],
    "a note comes": lambda p: [
        op("add", "note", fields={"title": "Slow"}, place={"step": str(p.steps["Waits"])})
    ],
    "a note changes": lambda p: [
        op("set", "note", p.notes["Say when"], fields={"title": "Tell when"})
    ],
    "a note goes": lambda p: [op("remove", "note", p.notes["Say when"])],
    "a measure changes": lambda p: [
        op("set", "measure", p.measures["Days of waiting"], fields={"value": 1})
    ],
    "a promise comes": lambda p: [
        op(
            "add",
            "promise",
            fields={
                "title": "Soon",
                "made_in": str(p.steps["Looks"]),
                "tested_in": str(p.steps["Waits"]),
            },
        )
    ],
    "a promise changes": lambda p: [
        op("set", "promise", p.promises["Live in a day"], fields={"status": "broken"})
    ],
    "a promise leaves": lambda p: [
        op(
            "set",
            "promise",
            p.promises["Live in a day"],
            fields={"made_in": str(p.steps["Looks"]), "tested_in": str(p.steps["Asks"])},
        )
    ],
}
IN_NETWORK: dict[str, Ops] = {
    "the lane moves": lambda p: [op("move", "lane", p.lanes["Network"], place={"after": None})],
    "the lane changes": lambda p: [
        op("set", "lane", p.lanes["Network"], fields={"kind": "customer", "department": None})
    ],
    "the lane goes": lambda p: [op("remove", "lane", p.lanes["Network"])],
    "a card changes": lambda p: [
        op("set", "touchpoint", p.touchpoints["Is called back"], fields={"title": "Is called"})
    ],
    "a card moves in": lambda p: [
        op("move", "touchpoint", p.touchpoints["Signs"], place={"lane": str(p.lanes["Network"])})
    ],
    "a card moves out": lambda p: [
        op(
            "move",
            "touchpoint",
            p.touchpoints["Is called back"],
            place={"lane": str(p.lanes["Retail"])},
        )
    ],
    "a card goes with its step": lambda p: [op("remove", "step", p.steps["Waits"])],
}


def refused(place: SampleWorkspace, ops: list[dict[str, Any]], name: str) -> None:
    """Check that the last of several ops is refused, and all others with it."""
    first = op("set", "step", place.steps["Looks"], fields={"quote": "Hm."})
    with checking_log(place.id), pytest.raises(Locked) as refusal:
        place.edit(first, *ops)
    assert refusal.value.detail == f"{name} is locked. Unlock it to change it."
    assert [error.pointer for error in refusal.value.errors] == ["/ops/1"]
    assert place.read(Step, place.steps["Looks"]).quote == ""


@pytest.mark.slow
@pytest.mark.parametrize("what", IN_BUY)
def test_a_locked_stage_stays_with_all_that_stands_in_it(world: SampleWorld, what: str) -> None:
    lock(world.acme)
    refused(world.acme, IN_BUY[what](world.acme), "Buy")
    unlock(world.acme)
    with checking_log(world.acme.id):
        assert world.acme.edit(*IN_BUY[what](world.acme)).sets


@pytest.mark.parametrize("what", IN_NETWORK)
def test_a_locked_lane_stays_with_its_cards(world: SampleWorld, what: str) -> None:
    lock_lane(world.acme)
    refused(world.acme, IN_NETWORK[what](world.acme), "Network")


def test_what_stands_beside_is_free(world: SampleWorld) -> None:
    lock(world.acme)
    with checking_log(world.acme.id):
        world.acme.edit(
            op("move", "stage", world.acme.stages["Choose"]),
            op("set", "step", world.acme.steps["Calls"], fields={"title": "Rings"}),
            op("remove", "step", world.acme.steps["Looks"]),
        )


def test_neighbours_whose_keys_are_made_anew_have_not_moved(world: SampleWorld) -> None:
    stages = [world.acme.read(Stage, world.acme.stages[name]) for name in ("Choose", "Buy")]
    first, second = sorted(stages, key=lambda stage: stage.pk)
    with change_set(
        [world.acme.journey], action="test", actor=system_actor(world.acme.id)
    ) as recorder:
        for stage in stages:
            recorder.set(stage, position="V")  # no key fits in between
    lock(world.acme, second.title)
    with checking_log(world.acme.id, undoing=False):
        done = world.acme.edit(
            op("add", "stage", fields={"title": "Between"}, place={"after": str(first.pk)})
        )
    assert str(second.pk) in [change["id"] for change in done.sets[0]["changes"]]
    unlock(world.acme, second.title)


def test_a_lock_is_told_undone_and_done_again(world: SampleWorld) -> None:
    lock(world.acme)
    assert last(world.acme)[1] == "locked the stage “Buy”"
    undo(last(world.acme)[0].gesture, actor=system_actor(world.acme.id))
    assert not world.acme.read(Stage, world.acme.stages["Buy"]).is_locked
    undo(last(world.acme)[0].gesture, actor=system_actor(world.acme.id))
    assert world.acme.read(Stage, world.acme.stages["Buy"]).is_locked
    unlock(world.acme)
    assert last(world.acme)[1] == "unlocked the stage “Buy”"
    before = last(world.acme)[0].version
    unlock(world.acme)
    assert last(world.acme)[0].version == before
    lock_lane(world.acme)
    assert last(world.acme)[1] == "locked the lane “Network”"
    with checking_log(world.acme.id):
        lock(world.acme, "Use")


def test_undo_changes_nothing_that_was_locked_since(world: SampleWorld) -> None:
    done = world.acme.edit(op("set", "step", world.acme.steps["Signs"], fields={"title": "Pays"}))
    gesture = last(world.acme)[0].gesture
    lock(world.acme)
    with checking_log(world.acme.id), pytest.raises(Locked):
        undo(gesture, actor=system_actor(world.acme.id))
    unlock(world.acme)
    assert undo(gesture, actor=system_actor(world.acme.id)).sets and done.sets


def restored(place: SampleWorkspace, version: int) -> Recorder:
    return restore(place.journey, version, actor=system_actor(place.id))


def test_an_earlier_version_comes_back_around_a_lock_but_not_in_it(world: SampleWorld) -> None:
    version = last(world.acme)[0].version
    world.acme.edit(op("set", "step", world.acme.steps["Signs"], fields={"title": "Pays"}))
    lock(world.acme)
    with checking_log(world.acme.id), pytest.raises(Locked):
        restored(world.acme, version)
    lock(world.acme, "Choose")
    unlock(world.acme)
    with checking_log(world.acme.id):
        restored(world.acme, version)
    assert world.acme.read(Step, world.acme.steps["Signs"]).title == "Signs"
    assert world.acme.read(Stage, world.acme.stages["Choose"]).is_locked, "a restore unlocks not"


def test_a_lock_is_no_field_of_an_op(world: SampleWorld) -> None:
    with pytest.raises(InvalidRequest, match="Unknown field"):
        world.acme.edit(op("set", "stage", world.acme.stages["Buy"], fields={"is_locked": True}))


def test_what_is_said_of_it_and_who_answers_for_it_is_free(world: SampleWorld) -> None:
    lock(world.acme)
    comment_create(
        journey_id=world.acme.journey,
        subject_type="stage",
        subject_id=world.acme.stages["Buy"],
        body="Is this right?",
        actor=world.bob.actor,
    )
    stage = world.acme.read(Stage, world.acme.stages["Buy"])
    assert directorship_propose(stage=stage, person=world.erin.person, actor=world.dana.actor).pk


def test_what_other_systems_send_passes(world: SampleWorld) -> None:
    lock(world.acme)
    item = {"source": "crm", "external_id": "new", "title": "Pays"}
    sent = [item | {"stage": str(world.acme.stages["Buy"])}]
    with checking_log(world.acme.id):
        answer = touchpoints_sync(items=sent, actor=system_actor(world.acme.id))
    assert answer["summary"]["created"] == 1
    assert world.acme.all(Touchpoint, external_id="new")


def test_a_copy_begins_unlocked(world: SampleWorld) -> None:
    lock(world.acme)
    journey = world.acme.read(Journey, world.acme.journey)
    copy = journey_duplicate(
        journey=journey, title="Again", kind="copy", actor=system_actor(world.acme.id)
    )
    assert not world.acme.all(Stage, stream=copy.pk, is_locked=True)


class Locking(RandomGestures):
    """Edits and undoes while stages and lanes are locked and unlocked."""

    def gesture(self, seed: int) -> None:
        chance, before = random.Random(seed), self.state
        chance.choice([self.draw, self.draw, self.undo_any, self.turn])(chance)
        if locks(self.state) == locks(before):
            assert held(self.state) == held(before)

    def turn(self, chance: random.Random) -> None:
        slug = chance.choice(["stage", "lane"])
        if not self.ids(slug):
            return
        row = self.place.read(WRITABLE[slug], chance.choice(self.ids(slug)))
        locked = not row.is_locked
        self.attempt(lambda actor: set_and_told(row, locked, actor))


def set_and_told(row: Stage | Lane, locked: bool, actor: Actor) -> Any:
    """Lock or unlock. Return an object with the recorded `sets`, as a recorder has them."""
    set_lock(row=row, locked=locked, actor=actor)
    with tenant_scope([actor.workspace_id]):
        return SimpleNamespace(sets=sets_since(row.workspace_id, row.stream_id, row.version - 1, 1))


def locks(state: State) -> set[Any]:
    return {key for key, fields in state.items() if fields.get("is_locked")}


def held(state: State) -> State:
    """Return the locked records and everything in them, read from the rows.

    The positions of stages and lanes are left out, because siblings may be inserted between them.
    """
    locked = {pk for _, pk in locks(state)}
    parents = locked | {pk for (_, pk), fields in state.items() if fields.get("stage") in locked}
    names = ("stage", "step", "lane", "made_in", "tested_in")
    return {
        (slug, pk): {n: v for n, v in fields.items() if (slug, n) not in AMONG}
        for (slug, pk), fields in state.items()
        if slug in WRITABLE and (pk in parents or parents & {fields.get(name) for name in names})
    }


AMONG = {("stage", "position"), ("lane", "position")}


@pytest.mark.slow
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.integers(0, 2**32), min_size=1, max_size=12))
@example(list(range(80)))
def test_whatever_hands_do_what_is_locked_stays(db: None, seeds: list[int]) -> None:
    play = Locking()
    for seed in seeds:
        play.gesture(seed)
    play.check()


def test_who_may_not_draw_may_not_lock(world: SampleWorld) -> None:
    stage = world.acme.read(Stage, world.acme.stages["Buy"])
    with pytest.raises(Forbidden):
        set_lock(row=stage, locked=True, actor=world.bob.actor)
