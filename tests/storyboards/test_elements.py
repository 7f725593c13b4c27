"""What a drawing may contain: hostile elements are refused or made harmless."""

import pytest

from core.errors import InvalidRequest
from core.ids import uuid7
from storyboards.elements import join_element, read_element, read_elements
from storyboards.presence import parse_drawing_presence
from storyboards.services import frame_drawing_open
from tests.support.factories import SampleWorld
from tests.support.pictures import picture_bytes
from tests.support.storyboards import draw, element, elements_of, frame_add
from workspaces.files import picture_create

STROKE = {"type": "freedraw", "points": [[0, 0], [3, 4]], "pressures": [0.5, 1]}
REFUSED = {
    "embedded page": ({"type": "embeddable", "link": "https://x.test"}, "type"),
    "frame of another page": ({"type": "iframe"}, "type"),
    "no type": ({"type": ["rectangle"]}, "type"),
    "giant coordinate": ({"x": 1e12}, "x"),
    "not a number": ({"y": float("nan")}, "y"),
    "text as number": ({"width": "100"}, "width"),
    "true as version": ({"version": True}, "version"),
    "negative version": ({"version": -1}, "version"),
    "last version": ({"version": 2**53}, "version"),
    "markup as id": ({"id": '"><script>'}, "id"),
    "colour that loads": ({"strokeColor": "url(https://x.test/a.svg)"}, "strokeColor"),
    "a million points": ({**STROKE, "points": [[1, 2]] * 10_001}, "points"),
    "points in space": ({**STROKE, "points": [[1, 2, 3]]}, "points"),
    "far points": ({**STROKE, "points": [[1, float("inf")]]}, "points"),
    "no points": ({"type": "line"}, "points"),
    "outside file": ({"type": "image", "fileId": "https://x.test/a.png"}, "fileId"),
    "path as file": ({"type": "image", "fileId": "prop-../../etc"}, "fileId"),
    "endless text": ({"type": "text", "text": "x" * 10_001}, "text"),
    "large data": ({"customData": {"name": "x" * 3000}}, "customData"),
    "deep data": ({"customData": {"a": {"b": {"c": {"d": {"e": 1}}}}}}, "customData"),
    "unnamed data": ({"customData": {"__proto__": 1}}, "customData"),
    "endless groups": ({"groupIds": ["a"] * 51}, "groupIds"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_elements_are_refused(name):
    changes, property_name = REFUSED[name]
    with pytest.raises(InvalidRequest) as error:
        read_elements([element("a"), {**element("b"), **changes}], 10)
    assert error.value.errors[0].pointer == f"/elements/1/{property_name}"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"link": "javascript:alert(1)"}, {"link": None}),
        ({"link": "data:text/html,<script>"}, {"link": None}),
        ({"link": "java\nscript:x"}, {"link": None}),
        ({"link": "https://example.org/a"}, {"link": "https://example.org/a"}),
        ({"link": "mailto:a@example.org"}, {"link": "mailto:a@example.org"}),
        ({"onclick": "x()", "html": "<b>"}, {}),
        ({"type": "text", "text": "a\u202eb\x07"}, {"type": "text", "text": "ab"}),
        (
            {**STROKE, "points": [[0.123456, -1.999]]},
            {**STROKE, "points": [[0.12, -2.0]]},
        ),
    ],
)
def test_other_elements_are_made_harmless(changes, expected):
    clean = read_element({**element("a"), **changes}, "")
    assert join_element(clean.key, clean.at, clean.shape) == {**element("a"), **expected}


def test_more_elements_than_a_drawing_has_are_refused_together():
    with pytest.raises(InvalidRequest, match="at most 2"):
        read_elements([element("a"), element("b"), element("c")], 2)


class TestIdsOfOthers:
    def test_the_same_id_in_another_drawing_is_another_element(self, world: SampleWorld):
        alice, charlie = world.alice.actor, world.charlie.actor
        ours = frame_drawing_open(frame=frame_add(world.acme), actor=alice)
        theirs = frame_drawing_open(frame=frame_add(world.twin), actor=charlie)
        draw(world.acme, ours, element("a", 1, x=1))
        draw(world.twin, theirs, element("a", 9, x=9))
        assert elements_of(world.acme, ours)["a"]["x"] == 1

    def test_pictures_of_another_workspace_are_not_shown(self, world: SampleWorld):
        ours = frame_drawing_open(frame=frame_add(world.acme), actor=world.alice.actor)
        files = [
            picture_create(content=picture_bytes(), name="A", actor=actor).pk
            for actor in (world.alice.actor, world.charlie.actor)
        ]
        draw(world.acme, ours, element("a", type="image", fileId=str(files[0])))
        draw(world.acme, ours, element("c", type="image", fileId=None))
        for file_id in (files[1], uuid7()):
            with pytest.raises(InvalidRequest):
                draw(world.acme, ours, element("b", type="image", fileId=str(file_id)))


@pytest.mark.parametrize(
    "sent",
    [
        {"frame": "x", "x": 1, "y": 2},
        {"x": 1, "y": 2},
        {"frame": str(uuid7()), "x": 1e9, "y": 0},
        {"frame": str(uuid7()), "x": True, "y": 0},
        {"frame": str(uuid7()), "selected": ["<b>"]},
        {"frame": str(uuid7()), "selected": ["a"] * 201},
        {"frame": str(uuid7()), "sel": []},
    ],
)
def test_presence_is_checked(sent):
    with pytest.raises(InvalidRequest):
        parse_drawing_presence(sent)


def test_presence_is_a_pointer_and_a_selection():
    sent = {"frame": str(uuid7()), "x": 1.5, "y": None, "selected": ["a-b_1"]}
    assert parse_drawing_presence(sent) == sent
