"""Scenes become drawings that the editor can change, and pictures without it."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from journey_templates.builtin import builtin_boards
from journey_templates.demo.storyboard import SCENES_DIR
from storyboards.bubbles import bubble_svg
from storyboards.drawing_svg import drawing_svg
from storyboards.elements import read_elements
from storyboards.ink import text_hash
from storyboards.library import place_layers, place_svg
from storyboards.models import MAX_ELEMENTS
from storyboards.scenes import compose
from storyboards.svg import sanitize_svg

VECTORS = json.loads((Path(__file__).parent / "library_vectors.json").read_text())
STORIES = sorted(SCENES_DIR.glob("*.json"))


def test_bubbles_and_places_are_those_of_the_browser():
    for bubble in VECTORS["bubbles"]:
        assert text_hash(bubble_svg(bubble)) == bubble["hash"], bubble
    names = {place.split()[0] for place in VECTORS["places"]}
    drawn = {
        f"{name} {layer}": text_hash(place_svg(name, layer))
        for name in names
        for layer in place_layers(name)
    }
    assert drawn == VECTORS["places"]


BOARDS = [pytest.param(board, 3, id=f"template-{key}") for key, board in builtin_boards().items()]


@pytest.mark.parametrize(
    ("definition", "least"),
    [*(pytest.param(json.loads(p.read_text()), 12, id=p.stem) for p in STORIES), *BOARDS],
)
def test_a_story_has_a_whole_film(definition, least):
    cast = {name: {"name": name, "look": look} for name, look in definition["cast"].items()}
    assert len(definition["frames"]) >= least
    for scene in definition["frames"]:
        assert scene["alt_text"], scene["caption"]
        elements = compose(scene, cast)
        assert len(read_elements(elements, MAX_ELEMENTS)) == len(elements)
        assert [element["index"] for element in elements] == sorted(
            element["index"] for element in elements
        )


def test_a_picture_keeps_everything_when_it_is_sanitized():
    scene = {
        "size": "medium",
        "place": "front_desk",
        "figures": [["Nora", "point", -2, 0.3], ["Elias", "wave", 1, 0.7, "behind"]],
        "props": [["suitcase", 0.1, 0.9, 0.3]],
        "bubbles": [["speech", "Nora", "But you said <three>"]],
    }
    look = {"name": "x", "look": {}}
    elements = compose(scene, {"Nora": look, "Elias": look})
    picture = ElementTree.fromstring(sanitize_svg(drawing_svg(elements)))  # noqa: S314
    tags = [element.tag.partition("}")[2] for element in picture.iter()]
    assert (tags.count("use"), tags.count("image")) == (6, 6)
    assert "@font-face" in ElementTree.tostring(picture, encoding="unicode")
    assert [text.text for text in picture.iter() if text.tag.endswith("}text")] == [
        "But you said <three>"
    ]
