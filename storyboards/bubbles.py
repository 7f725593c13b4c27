"""Speech and thought bubbles whose tail points down. Twin of frontend/src/storyboard/art/bubbles.ts."""

from collections.abc import Sequence
from math import ceil, floor, hypot
from typing import Any

from .ink import INK, Point, Shape, distance, drawing, shape_svg

COLORS = {"paper": "#FFFFFF", "ink": INK}
TAIL_WIDTH = 90
PUFF_WIDTH = 190
INK_MARGIN = 24
PUFF_MARGIN = 100
UNITS = 1000 / 430  # in a pixel of the paper, in a medium shot
PADDING_X, PADDING_Y = 40, 30
TAIL_SHARE, TAIL_LENGTH = 0.42, 46
QUARTER = ((0, 2), (0.08, 1.1), (0.42, 0.42), (1.1, 0.08), (2, 0))


def bubble_around(kind: str, width: float, height: float) -> dict[str, Any]:
    """Return a bubble for a text of this size, as the `bubble` in the `customData` of its element."""
    return {
        "kind": kind,
        "width": ceil((width + 2 * PADDING_X) / 10) * 10,
        "height": ceil((height + 2 * PADDING_Y) / 10) * 10,
    }


def bubble_id(bubble: dict[str, Any]) -> str:
    """Return the file id of a bubble's picture in drawings."""
    return f"prop-bubble-{bubble['kind']}-{bubble['width']}-{bubble['height']}"


def bubble_frame(bubble: dict[str, Any]) -> list[float]:
    """Return the left, top, width and height of a bubble's picture, relative to the bubble."""
    return [number / UNITS for number in _drawn(bubble)[1]]


def bubble_svg(bubble: dict[str, Any]) -> str:
    """Return a standalone SVG of a bubble."""
    shapes, frame = _drawn(bubble)
    parts = (
        shape_svg(shape, lambda x, y: (x, y), COLORS, f"bubble {index}")
        for index, shape in enumerate(shapes)
    )
    return drawing(frame, "".join(parts), 1)


def _drawn(bubble: dict[str, Any]) -> tuple[list[Shape], list[int]]:
    width, height = bubble["width"] * UNITS, bubble["height"] * UNITS
    tail = (width * TAIL_SHARE, height + TAIL_LENGTH * UNITS)
    if bubble["kind"] == "speech":
        return _speech(width, height, tail), _frame(width, height, tail, INK_MARGIN)
    return _thought(width, height, tail), _frame(width, height, tail, PUFF_MARGIN)


def _speech(width: float, height: float, tail: Point) -> list[Shape]:
    radius = min(130, width / 4.4, height / 4.4)
    corners = _rounded_corners(width, height, radius)
    half = min(TAIL_WIDTH / 2, width / 8)
    room = 2 * radius + half
    middle = min(max(tail[0], room), max(room, width - room))
    start, end = (middle + half, height), (middle - half, height)
    around = [point for corner in [*corners[3:], *corners[:3]] for point in corner]
    return [
        {"fill": "paper", "points": _flat(point for corner in corners for point in corner)},
        {"fill": "paper", "sharp": True, "points": _flat([end, tail, start])},
        {"ink": 17, "open": True, "points": _flat([end, *around, start])},
        {"ink": 15, "open": True, "points": _flat([start, tail])},
        {"ink": 15, "open": True, "points": _flat([tail, end])},
    ]


def _thought(width: float, height: float, tail: Point) -> list[Shape]:
    radius = min(150, width / 4.4, height / 4.4)
    corners = _rounded_corners(width, height, radius)
    rim = _evenly([point for corner in corners for point in corner], PUFF_WIDTH)
    puffs = [
        _puff(start, rim[(index + 1) % len(rim)], 0.36 if index % 2 else 0.44)
        for index, start in enumerate(rim)
    ]
    x, y = _edge_towards((width / 2, height / 2), tail)
    way = [
        {
            "fill": "paper",
            "ink": 13,
            "round": [x + (tail[0] - x) * t, y + (tail[1] - y) * t, size * 1.15, size],
        }
        for t in (0.45, 0.75, 0.97)
        for size in (42 - 28 * t,)
    ]
    return [*puffs, {"fill": "paper", "points": _flat(rim)}, *way]


def _puff(start: Point, end: Point, depth: float) -> Shape:
    x, y = end[0] - start[0], end[1] - start[1]

    def bulge(t: float, out: float) -> Point:
        return start[0] + x * t + y * out, start[1] + y * t - x * out

    line = [start, bulge(0.1, depth * 0.6), bulge(0.5, depth), bulge(0.9, depth * 0.6), end]
    return {"fill": "paper", "ink": 15, "open": True, "points": _flat(line)}


def _rounded_corners(width: float, height: float, radius: float) -> list[list[Point]]:
    """Return the points of each rounded corner, clockwise from the top left corner."""
    top_left = [(x * radius, y * radius) for x, y in QUARTER]
    return [
        list(top_left),
        [(width - x, y) for x, y in top_left][::-1],
        [(width - x, height - y) for x, y in top_left],
        [(x, height - y) for x, y in top_left][::-1],
    ]


def _evenly(line: Sequence[Point], gap: float) -> list[Point]:
    """Return evenly spaced points on a closed line, about `gap` apart. There are at least six."""
    ends = [*line[1:], line[0]]
    lengths = [distance(start, end) for start, end in zip(line, ends, strict=True)]
    total = sum(lengths)
    count = max(6, floor(total / gap + 0.5))
    points, index, passed = [], 0, 0.0
    for number in range(count):
        along = number / count * total
        while passed + lengths[index] < along:
            passed += lengths[index]
            index += 1
        t = (along - passed) / (lengths[index] or 1)
        (a, b), (c, d) = line[index], ends[index]
        points.append((a + (c - a) * t, b + (d - b) * t))
    return points


def _edge_towards(center: Point, point: Point) -> Point:
    """Return a point near the edge of a cloud around a center, towards another point."""
    x, y = point[0] - center[0], point[1] - center[1]
    far = hypot(x / center[0], y / center[1]) or 1
    return center[0] + x / far, center[1] + y / far


def _frame(width: float, height: float, tail: Point, margin: int) -> list[int]:
    left = floor(min(-margin, tail[0] - INK_MARGIN))
    right = ceil(max(width + margin, tail[0] + INK_MARGIN))
    bottom = ceil(max(height + margin, tail[1] + INK_MARGIN))
    return [left, -margin, right - left, bottom + margin]


def _flat(points: Any) -> list[float]:
    return [number for point in points for number in point]
