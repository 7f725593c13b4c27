"""The server draws the same people as the browser."""

import json
import re
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree

import pytest

from storyboards.figures import art, figure_id, figure_svg

CASES = json.loads((Path(__file__).parent / "figure_vectors.json").read_text())["cases"]


def test_pictures_are_those_of_the_browser():
    drawn = [
        sha256(figure_svg(case["look"], case["acting"]).encode()).hexdigest() for case in CASES
    ]
    assert drawn == [case["sha256"] for case in CASES]
    assert [figure_id(case["look"], case["acting"]) for case in CASES] == [
        case["id"] for case in CASES
    ]


def test_pictures_are_plain_paths():
    for case in CASES:
        svg = figure_svg(case["look"], case["acting"])
        elements = list(ElementTree.fromstring(svg).iter())  # noqa: S314
        assert {element.tag.partition("}")[2] for element in elements} <= {"svg", "g", "path"}
        assert {name for element in elements[1:] for name in element.attrib} <= {
            "d",
            "fill",
            "transform",
        }
        assert len(svg) < 14_000


@pytest.mark.parametrize("pose", art()["poses"])
@pytest.mark.parametrize("wheelchair", [False, True])
def test_people_stay_inside_their_frame(pose: str, wheelchair: bool):
    left, top, width, height = art()["frame"]
    for age in art()["look"]["age"]:
        look = {"age": age, "body": "broad", "hair": "bun", "wheelchair": wheelchair}
        x, y = points(figure_svg(look, {"pose": pose}))
        assert left < min(x) and max(x) < left + width
        assert top < min(y) and max(y) < top + height


def points(svg: str) -> tuple[list[int], list[int]]:
    """Return the coordinates of the points that the paths of a picture pass."""
    passed: list[tuple[int, int]] = []
    for data in re.findall(r' d="([^"]+)"', svg):
        x = y = 0
        for command, text in re.findall(r"([Mclsz])([^Mclsz]*)", data):
            numbers = [int(number) for number in re.findall(r"-?\d+", text)]
            size = {"c": 6, "s": 4}.get(command, 2)
            for index in range(size - 2, len(numbers), size):
                end = numbers[index : index + 2]
                x, y = (end[0], end[1]) if command == "M" else (x + end[0], y + end[1])
                passed.append((x, y))
    return [point[0] for point in passed], [point[1] for point in passed]
