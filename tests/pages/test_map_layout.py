import json
from pathlib import Path
from typing import Any, ClassVar

import pytest

from pages.map_layout import (
    CARD_PX,
    COLUMN_PX,
    Bar,
    CardPosition,
    area_paths,
    curve_paths,
    diamond_path,
    emotion_points,
    lane_height,
    lane_tops,
    num,
    pack_bars,
    smooth_path,
    thread_segments,
)


def test_lanes_grow_with_the_fullest_cell():
    assert lane_tops([1, 0, 3]) == [0, 66, 132, 132 + lane_height(3)]
    assert lane_height(3) == 66 + 2 * (CARD_PX + 5)


class TestThread:
    tops = lane_tops([1, 1, 1])

    def test_along_one_lane_it_is_straight(self):
        (one,) = thread_segments([CardPosition(0, 0, 0), CardPosition(2, 0, 0)], self.tops)
        assert one.path == f"M{COLUMN_PX - 6} 33H{2 * COLUMN_PX + 6}"
        assert (one.center, one.changes_lane) == ((COLUMN_PX, 33), False)

    def test_a_change_of_lane_is_half_way(self):
        (one,) = thread_segments([CardPosition(0, 0, 0), CardPosition(1, 2, 0)], self.tops)
        assert (one.center, one.changes_lane) == ((COLUMN_PX, 99), True)

    def test_inside_a_step_it_runs_down_the_column(self):
        (one,) = thread_segments([CardPosition(1, 0, 0), CardPosition(1, 1, 0)], self.tops)
        assert one.path == f"M{2 * COLUMN_PX - 28} 59.5V72.5"
        assert one.changes_lane

    def test_two_cards_of_one_cell_are_in_one_lane(self):
        (one,) = thread_segments([CardPosition(0, 0, 0), CardPosition(0, 0, 1)], lane_tops([2]))
        assert not one.changes_lane

    def test_it_is_dotted_into_and_out_of_a_contested_stage(self):
        spots = [
            CardPosition(0, 0, 0),
            CardPosition(1, 0, 0, True),
            CardPosition(2, 0, 0),
            CardPosition(3, 0, 0),
        ]
        assert [segment.contested for segment in thread_segments(spots, self.tops)] == [
            True,
            True,
            False,
        ]

    def test_no_cards_and_one_card_have_none(self):
        assert thread_segments([], [0]) == thread_segments([CardPosition(0, 0, 0)], self.tops) == []


class TestCurve:
    @pytest.mark.parametrize("values", [[0, 2, 2, -2, 1], [-2, -2], [2, -2, 2, -2], [0.5, 0.5]])
    def test_it_never_passes_beyond_two_neighbours(self, values):
        points = [(p.x, p.y) for p in emotion_points(values)]
        numbers = smooth_path(points).replace("M", "").split("C")
        for (x1, y1), (x2, y2), piece in zip(points, points[1:], numbers[1:], strict=False):
            c = [float(n) for n in piece.split()]
            low, high = sorted((y1, y2))
            assert all(low - 0.11 <= y <= high + 0.11 for y in (c[1], c[3], c[5]))
            assert x1 <= c[0] <= c[2] <= x2 + 0.11

    def test_a_step_without_emotion_is_a_gap(self):
        points = emotion_points([1, 0, None, -1, -2, None, 2])
        assert len(points) == 5
        assert len(curve_paths(points)) == len(area_paths(points)) == 2

    def test_nobody_feels_anything(self):
        assert curve_paths(emotion_points([None, None])) == []


def test_promises_are_packed_without_touching():
    bars = [Bar("a", 0, 3), Bar("b", 1, 2), Bar("c", 4, 5), Bar("d", 3, 3), Bar("e", 3, 9)]
    rows = pack_bars(bars)
    assert [[bar.item for bar in row] for row in rows] == [["a", "c"], ["b", "d"], ["e"]]
    for row in rows:
        assert all(one.last < two.first for one, two in zip(row, row[1:], strict=False))


class TestTheSharedVectors:
    """The browser must draw the same lines (frontend/src/layout/layout.test.ts)."""

    vectors: ClassVar[dict[str, list[Any]]] = json.loads(
        (Path(__file__).parent / "layout_vectors.json").read_text()
    )

    def test_threads(self):
        for case in self.vectors["threads"]:
            assert lane_tops(case["most"]) == case["tops"]
            strands = thread_segments([CardPosition(*spot) for spot in case["spots"]], case["tops"])
            found = [[s.path, s.contested, list(s.center), s.changes_lane] for s in strands]
            assert found == case["strands"]
        for knot, path in self.vectors["diamonds"]:
            assert diamond_path(knot) == path

    def test_feelings(self):
        for case in self.vectors["feelings"]:
            points = emotion_points(case["values"])
            assert [[p.column, p.value, p.x, p.y] for p in points] == case["points"]
            assert curve_paths(points) == case["curves"]
            assert area_paths(points) == case["areas"]

    def test_promises(self):
        for case in self.vectors["packs"]:
            rows = pack_bars([Bar(*bar) for bar in case["bars"]])
            assert [[bar.item for bar in row] for row in rows] == case["rows"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1"), (-0.04, "0"), (0.25, "0.3"), (0.35, "0.3"), (-1.75, "-1.8"), (76.25, "76.3")],
)
def test_numbers_are_written_as_browsers_write_them(value, text):
    assert num(value) == text
