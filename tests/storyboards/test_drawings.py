"""Drawings: what a save writes, which version of an element wins, and copies and restores."""

from datetime import timedelta
from functools import partial

import pytest

from changes.models import Stream
from changes.queries import sets_since
from changes.services import undo
from core.errors import Conflict, Forbidden, Locked
from core.tenancy import tenant_scope
from journeys.models import Journey, Stage
from journeys.services import journey_duplicate, set_lock
from storyboards import models, services
from storyboards.models import Frame
from storyboards.queries import drawing_elements
from storyboards.services import drawing_restore, frame_drawing_open
from tests.support.concurrency import together
from tests.support.factories import SampleWorld
from tests.support.log_invariants import checking_log
from tests.support.storyboards import (
    clean,
    draw,
    drawn_frame,
    element,
    elements_of,
    frame_add,
)
from workspaces.access import system_actor


def open_drawing(world: SampleWorld):
    return frame_drawing_open(frame=frame_add(world.acme), actor=world.alice.actor)


class TestUpdates:
    def test_a_save_writes_what_changed_and_nothing_twice(self, world: SampleWorld):
        place = world.acme
        drawing = open_drawing(world)
        with checking_log(place.id):
            first = draw(place, drawing, element("a"), element("b"))
        with checking_log(place.id):
            second = draw(place, drawing, element("a"), element("b", 2, x=99))
            again = draw(place, drawing, element("b", 2, x=99))
        assert (first.version, second.version, again.version) == (1, 2, 2)
        assert (second.lost, again.lost) == ([], [])
        assert elements_of(place, drawing)["b"]["x"] == 99

    @pytest.mark.parametrize(
        ("version", "nonce", "wins"),
        [(1, 9, False), (2, 9, False), (2, 5, False), (2, 4, True), (3, 9, True)],
    )
    def test_the_higher_version_wins_and_then_the_lower_nonce(
        self, world: SampleWorld, version, nonce, wins
    ):
        drawing = open_drawing(world)
        draw(world.acme, drawing, element("a", 2, 5, x=1))
        update = draw(world.acme, drawing, element("a", version, nonce, x=2))
        assert elements_of(world.acme, drawing)["a"]["x"] == (2 if wins else 1)
        assert [lost["x"] for lost in update.lost] == ([] if wins or nonce == 5 else [1])

    def test_moving_an_element_does_not_log_its_shape(self, world: SampleWorld):
        drawing = open_drawing(world)
        stroke = {"type": "freedraw", "points": [[0, 0], [1.234, 5.678]]}
        draw(world.acme, drawing, element("a", **stroke))
        draw(world.acme, drawing, element("a", 2, x=7, **stroke))
        (change,) = _sets(world, drawing)[1]["changes"]
        assert change["after"].keys() == {"at"}
        assert elements_of(world.acme, drawing)["a"]["points"] == [[0, 0], [1.23, 5.68]]

    def test_elements_are_read_from_the_back_to_the_front(self, world: SampleWorld):
        drawing = open_drawing(world)
        sent = [element(key, index=f"a{key}") for key in "40312"]
        draw(world.acme, drawing, *sent)
        with tenant_scope([world.acme.id]):
            read = drawing_elements(drawing)
        assert [each["id"] for each in read.values()] == list("01234")

    def test_a_large_drawing_is_refused(self, world: SampleWorld, monkeypatch):
        drawing = open_drawing(world)
        monkeypatch.setattr(models, "MAX_ELEMENTS", 2)
        draw(world.acme, drawing, element("a"), element("b"))
        with pytest.raises(Conflict, match="at most"):
            draw(world.acme, drawing, element("c"))
        draw(world.acme, drawing, element("a", 2, isDeleted=True), element("c"))
        monkeypatch.setattr(models, "MAX_DRAWING_BYTES", 800)
        with pytest.raises(Conflict, match="at most"):
            draw(world.acme, drawing, element("b", 2, link="https://x.test/" + "a" * 600))

    def test_a_viewer_and_a_locked_stage_are_not_drawn_on(self, world: SampleWorld):
        frame, empty = drawn_frame(world.acme), frame_add(world.acme)
        drawing = world.acme.read(Stream, frame.drawing_id)
        with pytest.raises(Forbidden):
            services.drawing_update(
                drawing=drawing, elements=clean(element("z")), actor=world.bob.actor
            )
        stage = world.acme.read(Stage, world.acme.stages["Buy"])
        set_lock(row=stage, locked=True, actor=world.alice.actor)
        with pytest.raises(Locked):
            draw(world.acme, frame.drawing_id, element("z"))
        with pytest.raises(Locked):
            services.drawing_import(
                drawing_id=drawing.pk,
                elements=clean(element("z")),
                replaces=True,
                actor=world.alice.actor,
            )
        with pytest.raises(Locked):
            frame_drawing_open(frame=empty, actor=world.alice.actor)


def _sets(world: SampleWorld, stream_id):
    with tenant_scope([world.acme.id]):
        return sets_since(world.acme.id, stream_id, 0)


class TestSharing:
    """A copied journey shows the same drawings, until one of its frames is drawn on."""

    def test_drawing_on_a_copy_leaves_the_original(self, world: SampleWorld):
        place, alice = world.acme, world.alice.actor
        frame = drawn_frame(place)
        original = place.read(Journey, place.journey)
        copied = journey_duplicate(journey=original, title="Again", kind="copy", actor=alice)
        (copy,) = place.all(Frame, stream=copied.pk, drawing=frame.drawing_id)
        assert (copy.drawing_id, copy.drawn) == (frame.drawing_id, frame.drawn)
        assert copy.picture_id == frame.picture_id
        with checking_log(place.id):
            opened = frame_drawing_open(frame=copy, actor=alice)
        assert opened != frame.drawing_id
        assert frame_drawing_open(frame=place.read(Frame, copy.pk), actor=alice) == opened
        assert frame_drawing_open(frame=frame, actor=alice) == frame.drawing_id
        draw(place, opened, element("a", 2, x=500))
        assert elements_of(place, frame.drawing_id)["a"]["x"] == 10.5
        assert place.read(Frame, copy.pk).drawn == 1

    def test_a_removed_frame_comes_back_with_its_drawing(self, world: SampleWorld):
        frame = drawn_frame(world.acme)
        removal = world.acme.edit({"op": "remove", "type": "frame", "id": str(frame.pk)})
        undo(removal.sets[0]["gesture"], actor=system_actor(world.acme.id))
        restored = world.acme.read(Frame, frame.pk)
        assert (restored.drawing_id, restored.picture_id) == (frame.drawing_id, frame.picture_id)


class TestRestore:
    def test_a_version_returns_and_wins_over_open_windows(self, world: SampleWorld):
        place = world.acme
        drawing = open_drawing(world)
        draw(place, drawing, element("a", 3, x=1), element("b", 1))
        draw(place, drawing, element("a", 9, x=2), element("b", 2, isDeleted=True), element("c", 7))
        with checking_log(place.id):
            version = drawing_restore(
                drawing=place.read(Stream, drawing), version=1, actor=world.alice.actor
            )
        stored = elements_of(place, drawing)
        assert version == 3
        assert (stored["a"]["x"], stored["a"]["version"]) == (1, 10)
        assert (stored["b"]["isDeleted"], stored["b"]["version"]) == (False, 3)
        assert (stored["c"]["isDeleted"], stored["c"]["version"]) == (True, 8)
        lost = draw(place, drawing, element("a", 9, x=2)).lost
        assert [one["x"] for one in lost] == [1]

    def test_a_copy_restores_a_version_of_the_shared_drawing(self, world: SampleWorld):
        place, alice = world.acme, world.alice.actor
        frame = drawn_frame(place)
        shared = place.read(Stream, frame.drawing_id)
        draw(place, shared.pk, element("a", 2, x=77), element("b"))
        original = place.read(Journey, place.journey)
        copied = journey_duplicate(journey=original, title="Again", kind="future", actor=alice)
        (copy,) = place.all(Frame, stream=copied.pk, drawing=shared.pk)
        own = place.read(Stream, frame_drawing_open(frame=copy, actor=alice))
        with checking_log(place.id):
            drawing_restore(drawing=own, source=shared, version=1, actor=alice)
        restored = elements_of(place, own.pk)
        assert (restored["a"]["x"], restored["b"]["isDeleted"]) == (10.5, True)
        assert elements_of(place, shared.pk)["a"]["x"] == 77

    def test_deleted_elements_are_pruned_after_a_day_and_can_be_restored(
        self, world: SampleWorld, monkeypatch
    ):
        place = world.acme
        drawing = open_drawing(world)
        draw(place, drawing, element("a"), element("b"))
        draw(place, drawing, element("a", 4, isDeleted=True))
        assert services.deleted_elements_prune(place.id) == 0
        monkeypatch.setattr(services, "DELETED_ELEMENTS_KEPT", timedelta(0))
        with checking_log(place.id):
            assert services.deleted_elements_prune(place.id) == 1
        assert elements_of(place, drawing).keys() == {"b"}
        drawing_restore(drawing=place.read(Stream, drawing), version=1, actor=world.alice.actor)
        assert elements_of(place, drawing)["a"]["version"] == 5


def test_eight_threads_draw_and_nothing_is_lost(world: SampleWorld):
    drawing = open_drawing(world)
    draw(world.acme, drawing, element("shared"))

    def work(number: int) -> int:
        for turn in range(3):
            mine = element(f"{number}-{turn}")
            shared = element("shared", 2 + turn, nonce=number, x=number)
            draw(world.acme, drawing, mine, shared)
        return number

    assert together(*(partial(work, number) for number in range(8))) == list(range(8))
    stored = elements_of(world.acme, drawing)
    assert stored.keys() == {"shared", *(f"{n}-{turn}" for n in range(8) for turn in range(3))}
    assert (stored["shared"]["version"], stored["shared"]["versionNonce"]) == (4, 0)
