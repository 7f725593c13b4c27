"""Earlier versions: snapshots, restore, named versions and history."""

import random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from changes.history import describe_change_sets, history
from changes.models import ChangeSet, NamedVersion, Stream
from changes.queries import snapshot, snapshot_at
from changes.restore import restorable_types
from changes.services import restore, undo, version_create_name
from core.errors import AppError, Conflict, Forbidden, InvalidRequest
from core.ids import uuid7
from core.tenancy import tenant_scope
from journeys.models import Stage
from ownership import audit
from ownership.models import Claim
from ownership.services import (
    claim_create,
    directorship_accept,
    directorship_decline,
    directorship_propose,
)
from tests.support.factories import SampleWorkspace, SampleWorld
from tests.support.log_invariants import checking_log
from tests.support.random_gestures import RandomGestures
from workspaces.access import system_actor


def version_of(place: SampleWorkspace) -> int:
    with tenant_scope([place.id]):
        return Stream.objects.filter(pk=place.journey)[0].version


def snap(place: SampleWorkspace, version: int | None = None) -> dict[str, Any]:
    with tenant_scope([place.id], snapshot=True):
        if version is None:
            return snapshot(place.journey)
        return snapshot_at(place.journey, version)


def plain(data: dict[str, Any]) -> dict[tuple[str, str], Any]:
    """Return the part of a snapshot that ops can write."""
    return {
        (record["type"], record["id"]): record["fields"]
        for record in data["records"]
        if record["type"] in restorable_types()
    }


def others(found: dict[str, Any]) -> list[Any]:
    return [record for record in found["records"] if record["type"] not in restorable_types()]


class Kept(RandomGestures):
    """Keeps a snapshot of the journey at every version it reaches."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = {version_of(self.place): snap(self.place)}

    def gesture(self, seed: int) -> None:
        super().gesture(seed)
        found = snap(self.place)
        self.kept[found["version"]] = found

    def restore(self, chance: random.Random) -> bool:
        """Restore a version, then undo that; if it is refused, nothing must have changed."""
        version = chance.choice(list(self.kept))
        before = snap(self.place)
        try:
            recorder = restore(self.place.journey, version, actor=(actor := self.actor()))
        except AppError as refusal:
            assert refusal.code in {"not-restorable"}, refusal
            assert snap(self.place) == before
            return False
        self.wrote(actor, recorder.sets)
        found = snap(self.place)
        assert plain(found) == plain(self.kept[version])
        self.kept[found["version"]] = found
        if recorder.sets and chance.random() < 0.7:
            undone = undo(UUID(recorder.sets[0]["gesture"]), actor=(actor := self.actor()))
            assert undone.skipped_fields == []
            self.wrote(actor, undone.sets)
            assert [(o["id"], o["fields"]) for o in snap(self.place)["records"]] == [
                (o["id"], o["fields"]) for o in before["records"]
            ]
        return True


@pytest.mark.slow
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.integers(0, 2**32), min_size=1, max_size=10))
@example(list(range(60)))
def test_random_gestures_can_be_looked_back_on_and_gone_back_from(db: None, seeds: list[int]):
    play = Kept()
    for seed in seeds:
        play.gesture(seed)
        if seed % 3 == 0:
            play.restore(random.Random(seed))
    play.check()
    for version, found in play.kept.items():
        assert snap(play.place, version) == found


def test_restoring_is_refused_seldom(db: None):
    """Otherwise, the test above would prove little."""
    done = []
    for seed in range(12):
        play = Kept()
        for n in range(8):
            play.gesture(seed * 100 + n)
        done.append(play.restore(random.Random(seed)))
    assert sum(done) >= 8


def test_the_past_takes_two_queries_more_than_the_present(world: SampleWorld):
    for n in range(20):
        world.acme.edit(rename(world, f"n{n}"))
    with tenant_scope([world.acme.id]):
        with CaptureQueriesContext(connection) as now:
            snapshot(world.acme.journey)
        with CaptureQueriesContext(connection) as then:
            snapshot_at(world.acme.journey, 3)
    assert len(then) == len(now) + 2


def test_a_snapshot_takes_a_query_for_each_type_that_is_there_and_two(world: SampleWorld):
    with tenant_scope([world.acme.id]):
        for stream in (world.acme.journey, world.acme.id):
            with CaptureQueriesContext(connection) as queries:
                types = {record["type"] for record in snapshot(stream)["records"]}
            assert types and len(queries) == len(types) + 2


def rename(world: SampleWorld, title: str, stage: str = "Buy") -> dict[str, Any]:
    fields = {"title": title}
    return {"op": "set", "type": "stage", "id": str(world.acme.stages[stage]), "fields": fields}


class TestRestore:
    def test_it_brings_back_adds_and_removes(self, world: SampleWorld):
        place = world.acme
        before = snap(place)
        place.edit(rename(world, "Sign"))
        place.edit({"op": "remove", "type": "step", "id": str(place.steps["Waits"])})
        place.edit({"op": "add", "type": "stage", "id": (new := str(uuid7()))} | titled("Leave"))
        place.edit({"op": "add", "type": "step", "place": {"stage": new}} | titled("Goes"))
        with checking_log(place.id):
            recorder = restore(place.journey, before["version"], actor=world.alice.actor)
        (one,) = recorder.sets
        assert (one["action"], one["undoable"]) == ("journey.restore", True)
        with tenant_scope([place.id]):
            (entry,) = describe_change_sets([ChangeSet.objects.filter(id=one["id"])[0]])
        assert entry.text.startswith("restored an earlier version: added ")
        assert "added a step" in entry.text

    def test_a_lane_that_was_replaced_comes_back_with_its_cards(self, world: SampleWorld):
        """A department can only have one lane, so the restore removes the new lane before it adds the old one."""
        place = world.acme
        before = snap(place)
        new = str(uuid7())
        card = {"type": "touchpoint", "id": str(place.touchpoints["Signs"])}
        care = {"department": str(place.departments["Care"])}
        retail = {"department": str(place.departments["Retail"])}
        place.edit(
            {"op": "set", "type": "lane", "id": str(place.lanes["Retail"]), "fields": care},
            {"op": "add", "type": "lane", "id": new, "fields": retail},
            {"op": "move", **card, "place": {"lane": new}},
        )
        place.edit({"op": "remove", "type": "lane", "id": str(place.lanes["Retail"])})
        with checking_log(place.id):
            restore(place.journey, before["version"], actor=world.alice.actor)
            assert plain(snap(place)) == plain(before)

    def test_two_lanes_that_changed_places_change_back(self, world: SampleWorld):
        place = world.acme
        before = snap(place)
        one, other = (str(place.lanes[name]) for name in ("Retail", "Network"))
        care, retail, network = (
            {"department": str(place.departments[name])} for name in ("Care", "Retail", "Network")
        )
        place.edit(
            {"op": "set", "type": "lane", "id": one, "fields": care},
            {"op": "set", "type": "lane", "id": other, "fields": retail},
            {"op": "set", "type": "lane", "id": one, "fields": network},
        )
        restore(place.journey, before["version"], actor=world.alice.actor)
        assert plain(snap(place)) == plain(before)

    def test_ownership_and_names_stay(self, world: SampleWorld):
        place = world.acme
        first = version_of(place)
        place.edit(rename(world, "Sign"))
        claim(world, "Buy")
        version_create_name(place.journey, name="Draft", number=first, actor=world.alice.actor)
        before = others(snap(place))
        assert {one["type"] for one in before} == {"claim", "named_version"}
        restore(place.journey, first, actor=world.alice.actor)
        assert others(snap(place)) == before

    def test_a_stage_with_a_director_stands_in_the_way(self, world: SampleWorld):
        place = world.acme
        first = version_of(place)
        stage = new_stage(world)
        row = directorship_propose(
            stage=stage, person=world.frank.person, actor=system_actor(place.id)
        )
        directorship_accept(directorship=row, actor=world.frank.actor)
        before = snap(place)
        with pytest.raises(Conflict, match=r"Frank directs “Leave”") as refusal:
            restore(place.journey, first, actor=world.alice.actor)
        assert (refusal.value.code, refusal.value.status) == ("not-restorable", 409)
        assert snap(place) == before

    def test_a_stage_that_goes_takes_its_claims_along_as_by_hand(self, world: SampleWorld):
        place = world.acme
        before = snap(place)
        stage = new_stage(world)
        claim_create(
            stage=stage,
            person=world.alice.person,
            department=place.department("Retail"),
            kind=Claim.Kind.CLAIM,
            actor=system_actor(place.id),
        )
        row = directorship_propose(
            stage=stage, person=world.frank.person, actor=system_actor(place.id)
        )
        directorship_decline(directorship=row, note="No time.", actor=world.frank.actor)
        restore(place.journey, before["version"], actor=world.alice.actor)
        assert plain(snap(place)) == plain(before) and others(snap(place)) == []

    def test_what_is_gone_from_the_directory_is_named(self, world: SampleWorld):
        place = world.acme
        channel = str(place.channels["Shop"])
        card = {"op": "set", "type": "touchpoint", "id": str(place.touchpoints["Signs"])}
        place.edit(card | {"fields": {"channel": channel}})
        version = version_of(place)
        place.edit(card | {"fields": {"channel": None}})
        place.direct({"op": "remove", "type": "channel", "id": channel})
        with pytest.raises(Conflict, match="the channel “Shop” was removed"):
            restore(place.journey, version, actor=world.alice.actor)

    def test_to_the_present_it_writes_nothing(self, world: SampleWorld):
        version = version_of(world.acme)
        assert restore(world.acme.journey, version, actor=world.alice.actor).sets == []

    def test_only_to_a_version_that_was(self, world: SampleWorld):
        for version in (0, -1, version_of(world.acme) + 1):
            with pytest.raises(InvalidRequest):
                restore(world.acme.journey, version, actor=world.alice.actor)

    def test_who_may_not_draw_may_not_restore(self, world: SampleWorld):
        with pytest.raises(Forbidden):
            restore(world.acme.journey, 1, actor=world.bob.actor)


def titled(title: str) -> dict[str, Any]:
    return {"fields": {"title": title}}


def new_stage(world: SampleWorld) -> Stage:
    stage = str(uuid7())
    world.acme.edit(
        {"op": "add", "type": "stage", "id": stage, **titled("Leave")},
        {"op": "add", "type": "step", "place": {"stage": stage}, **titled("Goes")},
    )
    return world.acme.read(Stage, UUID(stage))


def claim(world: SampleWorld, stage: str) -> None:
    claim_create(
        stage=world.acme.read(Stage, world.acme.stages[stage]),
        person=world.alice.person,
        department=world.acme.department("Retail"),
        kind=Claim.Kind.CLAIM,
        actor=system_actor(world.acme.id),
    )


class TestNames:
    def test_a_name_is_a_record_and_is_told(self, world: SampleWorld):
        place = world.acme
        with checking_log(place.id):
            row = version_create_name(
                place.journey, name="Board", number=1, actor=world.alice.actor
            )
        assert (row.made_by_id, row.number) == (world.alice.member.pk, 1)
        with tenant_scope([place.id]):
            (entry,) = describe_change_sets(
                [ChangeSet.objects.filter(stream=place.journey, action="version.name")[0]]
            )
        assert entry.text == "named version 1 “Board”"

    def test_a_name_is_taken_once(self, world: SampleWorld):
        version_create_name(world.acme.journey, name="Draft", number=1, actor=world.alice.actor)
        with pytest.raises(Conflict, match="with this name already exists"):
            version_create_name(world.acme.journey, name="Draft", number=1, actor=world.alice.actor)

    @pytest.mark.parametrize("number", [0, 2])
    def test_only_a_version_that_was(self, world: SampleWorld, number: int):
        with pytest.raises(InvalidRequest):
            version_create_name(
                world.acme.journey, name="D", number=number, actor=world.alice.actor
            )
        assert world.acme.all(NamedVersion) == []

    def test_who_may_not_draw_may_not_name(self, world: SampleWorld):
        with pytest.raises(Forbidden):
            version_create_name(world.acme.journey, name="D", number=1, actor=world.bob.actor)


class TestHistory:
    def read(self, world: SampleWorld, **filters: Any) -> tuple[list[Any], int | None]:
        with tenant_scope([world.acme.id]):
            return history(world.acme.id, world.acme.journey, **filters)

    def test_one_person_within_ten_minutes_is_one_sitting(self, world: SampleWorld):
        for n, who in enumerate((world.alice, world.dana, world.alice, world.dana)):
            world.acme.edit(rename(world, f"n{n}"), actor=who.actor)
        sittings, following = self.read(world)
        versions = [entry.version for sitting in sittings for entry in sitting.entries]
        assert sorted(versions) == [1, 2, 3, 4, 5] and following is None
        assert len(sittings) in (3, 6)  # six if a ten-minute window ended in between
        assert {sitting.member_id for sitting in sittings} == {
            None,
            world.alice.member.pk,
            world.dana.member.pk,
        }

    def test_the_audit_signs_only_what_it_did(self, world: SampleWorld):
        audit.run_audit(world.acme.id)
        sittings, _ = self.read(world)
        assert {entry.actor_name for sitting in sittings for entry in sitting.entries} == {
            sitting.latest.actor_name for sitting in sittings
        }
        assert {sitting.latest.actor_name for sitting in sittings} == {"The audit", "cxmap"}

    def test_pages_lose_nothing_and_repeat_nothing(self, world: SampleWorld):
        for n in range(7):
            world.acme.edit(rename(world, f"n{n}"))
        seen: list[int] = []
        before = None
        while True:
            sittings, before = self.read(world, before=before, limit=3)
            seen += [entry.version for sitting in sittings for entry in sitting.entries]
            if before is None:
                break
        assert sorted(seen) == list(range(1, 9))

    def test_a_page_ends_with_a_window(self, world: SampleWorld, monkeypatch: pytest.MonkeyPatch):
        from datetime import timedelta

        monkeypatch.setattr("changes.history.GROUP_WINDOW", timedelta(microseconds=1))
        for n in range(5):
            world.acme.edit(rename(world, f"n{n}"))
        sittings, following = self.read(world, limit=3)
        assert [(sitting.first_version, sitting.last_version) for sitting in sittings] == [
            (6, 6),
            (5, 5),
            (4, 4),
        ]
        assert following == 4

    def test_by_member_and_by_what_stands_in_a_stage(self, world: SampleWorld):
        place = world.acme
        place.edit(rename(world, "One", "Choose"), actor=world.alice.actor)
        card = {"type": "touchpoint", "id": str(place.touchpoints["Signs"])}
        place.edit({"op": "set", **card, **titled("Signs it")}, actor=world.dana.actor)
        claim(world, "Buy")
        place.edit({"op": "remove", **card})
        by_dana, _ = self.read(world, member=world.dana.member.pk)
        assert [entry.text for sitting in by_dana for entry in sitting.entries] == [
            "renamed touchpoint “Signs” to “Signs it”"
        ]
        of_buy, _ = self.read(world, record=place.stages["Buy"])
        texts = [entry.text for sitting in of_buy for entry in sitting.entries]
        assert len(texts) == 4 and texts[0] == "removed touchpoint “Signs it”"
        assert "claimed “Buy” for Retail" in texts
        assert self.read(world, record=world.twin.stages["Buy"]) == ([], None)

    def test_it_takes_as_many_queries_for_many_as_for_few(self, world: SampleWorld):
        counts = []
        for _ in range(2):
            for n in range(10):
                world.acme.edit(rename(world, f"n{n}"), actor=world.alice.actor)
            with CaptureQueriesContext(connection) as queries:
                self.read(world, record=world.acme.stages["Buy"])
            counts.append(len(queries))
        assert counts[0] == counts[1]
