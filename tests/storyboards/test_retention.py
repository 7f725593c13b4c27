"""Old change sets of drawings become one for each sitting, and pictures that nothing shows are deleted."""

from datetime import timedelta
from functools import partial
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from changes import thinning
from changes.models import Stream
from changes.queries import sets_since, snapshot_at
from core.errors import InvalidRequest
from core.tenancy import tenant_scope
from journeys.models import Journey
from journeys.services import journey_duplicate
from storyboards import retention, services
from storyboards.models import DRAWING, SVG, Frame
from storyboards.pictures import uploaded_picture_create
from storyboards.retention import drawings_thin, unused_pictures_delete
from storyboards.services import drawing_restore, frame_drawing_open, frame_picture_update
from tests.support.concurrency import together
from tests.support.factories import SampleWorld
from tests.support.pictures import picture_bytes
from tests.support.storyboards import SVG as PICTURE
from tests.support.storyboards import draw, drawn_frame, element, elements_of, frame_add
from workspaces.files import file_create, picture_create
from workspaces.models import File


def thin(world: SampleWorld, days: int = 31) -> int:
    """Thin all slices, and return how many there were."""
    slices = 1
    while drawings_thin(world.acme.id, timezone.now() + timedelta(days=days)):
        slices += 1
    return slices


def changes_by_version(world: SampleWorld, drawing_id) -> list[list[tuple[str, list[str]]]]:
    with tenant_scope([world.acme.id]):
        sets = sets_since(world.acme.id, drawing_id, 0)
    return [[(c["op"], sorted(c["after"])) for c in one["changes"]] for one in sets]


def states(world: SampleWorld, drawing_id, *versions: int) -> list[dict]:
    """Return the elements of a drawing at some versions, by key."""
    found = []
    for version in versions:
        with tenant_scope([world.acme.id]):
            records = snapshot_at(drawing_id, version)["records"]
        found.append({record["fields"]["key"]: record["fields"] for record in records})
    return found


class TestThinning:
    @pytest.fixture
    def frame(self, world: SampleWorld) -> Frame:
        """A frame whose drawing has two sittings of two sets: pictured at versions 1 and 3, and until 5."""
        frame = drawn_frame(world.acme)
        drawing = frame.drawing_id
        draw(world.acme, drawing, element("a", 2, x=2))
        draw(world.acme, drawing, element("a", 3, x=3), element("b", link="https://x.test"))
        frame_picture_update(frame=frame, svg=PICTURE.format(n=2), drawn=3, actor=world.alice.actor)
        draw(world.acme, drawing, element("b", 2, x=4), element("c"))
        draw(world.acme, drawing, element("a", 4, x=5), element("b", 3, x=6))
        return world.acme.read(Frame, frame.pk)

    def test_one_set_of_each_sitting_keeps_its_changes(self, world: SampleWorld, frame: Frame):
        drawing = frame.drawing_id
        before = states(world, drawing, 1, 3, 5), elements_of(world.acme, drawing)
        logged = changes_by_version(world, drawing)
        thin(world, days=29)
        assert changes_by_version(world, drawing) == logged
        thin(world)
        added = ("add", ["at", "key", "shape"])
        thinned = changes_by_version(world, drawing)
        assert [sorted(changes) for changes in thinned] == [
            [added],
            [],
            [added, ("set", ["at"])],
            [],
            [added, ("set", ["at"]), ("set", ["at", "shape"])],
        ]
        assert (states(world, drawing, 1, 3, 5), elements_of(world.acme, drawing)) == before
        thin(world)
        assert changes_by_version(world, drawing) == thinned

    def test_a_merged_version_is_restored_as_the_end_of_its_sitting(
        self, world: SampleWorld, frame: Frame
    ):
        thin(world)
        drawing = world.acme.read(Stream, frame.drawing_id)
        drawing_restore(drawing=drawing, version=2, actor=world.alice.actor)
        restored = elements_of(world.acme, drawing.pk)
        assert [restored["a"]["x"], restored["b"]["x"], restored["c"]["isDeleted"]] == [
            3,
            10.5,
            True,
        ]

    def test_it_works_in_slices_and_keeps_what_follows_a_pause(
        self, world: SampleWorld, frame: Frame, monkeypatch
    ):
        logged = changes_by_version(world, frame.drawing_id)
        monkeypatch.setattr(thinning, "PAGE", 2)
        monkeypatch.setattr(retention, "SITTING_PAUSE", timedelta(0))
        assert thin(world) > 2
        assert changes_by_version(world, frame.drawing_id) == logged

    def test_later_sittings_are_thinned_later(self, world: SampleWorld, frame: Frame):
        thin(world)
        draw(world.acme, frame.drawing_id, element("c", 2, x=7))
        draw(world.acme, frame.drawing_id, element("c", 3, x=8))
        thin(world)
        assert [len(changes) for changes in changes_by_version(world, frame.drawing_id)] == [
            *(1, 0, 2, 0, 0, 0),
            3,
        ]


class TestUnusedPictures:
    def test_only_what_no_version_shows_is_deleted(self, world: SampleWorld, monkeypatch):
        place, alice = world.acme, world.alice.actor
        frame = drawn_frame(place)
        used, unused = (self._upload(world, number) for number in (1, 2))
        draw(place, frame.drawing_id, element("p", type="image", fileId=str(used.pk)))
        draw(
            place,
            frame.drawing_id,
            element("p", 2, type="image", fileId=str(used.pk), isDeleted=True),
        )
        monkeypatch.setattr(services, "DELETED_ELEMENTS_KEPT", timedelta(0))
        services.deleted_elements_prune(place.id)
        journey_duplicate(
            journey=place.read(Journey, place.journey), title="Again", kind="copy", actor=alice
        )
        frame_picture_update(frame=frame, svg=PICTURE.format(n=3), drawn=2, actor=alice)
        lost = file_create(
            content=BytesIO(b"<svg/>"),
            name="a.svg",
            media_type=SVG,
            scopes=[],
            actor=alice,
            purpose=DRAWING,
        )
        others = picture_create(content=picture_bytes(), name="picture", actor=alice)
        unused_pictures_delete(place.id, timezone.now())
        assert self._present(world) == {
            frame.picture_id,
            used.pk,
            unused.pk,
            lost.pk,
            others.pk,
        } | {place.read(Frame, frame.pk).picture_id}
        assert not unused_pictures_delete(place.id, timezone.now() + timedelta(days=8))
        assert self._present(world) == {
            frame.picture_id,
            used.pk,
            others.pk,
            place.read(Frame, frame.pk).picture_id,
        }
        assert default_storage.exists(used.path) and not default_storage.exists(unused.path)

    def test_a_save_at_the_same_time_wins_or_is_refused(self, world: SampleWorld):
        place = world.acme
        drawing = frame_drawing_open(frame=frame_add(place), actor=world.alice.actor)
        upload = self._upload(world, 3)
        later = timezone.now() + timedelta(days=8)

        def save() -> bool:
            try:
                draw(place, drawing, element("p", type="image", fileId=str(upload.pk)))
            except InvalidRequest:
                return False
            return True

        is_saved, _ = together(save, partial(unused_pictures_delete, place.id, later))
        assert is_saved == bool(elements_of(place, drawing)) == (upload.pk in self._present(world))

    def _upload(self, world: SampleWorld, number: int) -> File:
        content = picture_bytes(size=(number, number))
        return uploaded_picture_create(content=content, actor=world.alice.actor).file

    def _present(self, world: SampleWorld) -> set:
        return {file.pk for file in world.acme.all(File)}
