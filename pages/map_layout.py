"""Geometry of the map, in CSS pixels from the top left corner of the grid's first cell.

The grid is an HTML table. All columns have the same width and all cards the same height, so that
drawings with these numbers align exactly with the table. All functions are pure.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby, pairwise
from typing import Generic, TypeVar

COLUMN_PX = 131
CARD_PX = 53
GAP_PX = 5  # between the cards of one cell
PADDING_PX = 6.5  # between a lane's edge and its cards
INSET_PX = 6  # between a column's edge and its cards
TURN_PX = 6  # radius of the thread's bends
DIAMOND_PX = 5.5
EMOTION_ROW_PX = 110  # height of the emotion row
EMOTION_MARGIN_PX = 21
TENTH = Decimal("0.1")

T = TypeVar("T")
Point = tuple[float, float]


@dataclass(frozen=True)
class CardPosition:
    """The position of a card: its step's column, its lane, and the number of cards above it in the cell."""

    column: int
    lane: int
    slot: int
    contested: bool = False  # whether its stage is contested


@dataclass(frozen=True)
class ThreadSegment:
    """The part of the thread between two cards."""

    path: str
    contested: bool
    center: Point
    changes_lane: bool


def lane_tops(most_cards: Sequence[int]) -> list[float]:
    """Return the top edge of each lane, and then the bottom edge of the last one.

    `most_cards` has the number of cards in the fullest cell of each lane.
    """
    tops = [0.0]
    for most in most_cards:
        tops.append(tops[-1] + lane_height(most))
    return tops


def lane_height(cards: int) -> float:
    cards = max(cards, 1)
    return 2 * PADDING_PX + cards * CARD_PX + (cards - 1) * GAP_PX


def thread_segments(spots: Sequence[CardPosition], tops: Sequence[float]) -> list[ThreadSegment]:
    """Return the segments of the thread through these cards, which must be in journey order."""
    return [
        _segment_between(start_card, end_card, tops) for start_card, end_card in pairwise(spots)
    ]


def _segment_between(
    start_card: CardPosition, end_card: CardPosition, tops: Sequence[float]
) -> ThreadSegment:
    contested = start_card.contested or end_card.contested
    changes_lane = start_card.lane != end_card.lane
    y1, y2 = _middle(start_card, tops), _middle(end_card, tops)
    if start_card.column == end_card.column:
        # The segment is vertical within a column, at a fixed distance from its right edge.
        x = start_card.column * COLUMN_PX + COLUMN_PX - 28
        down = 1 if y2 > y1 else -1
        start, end = y1 + down * CARD_PX / 2, y2 - down * CARD_PX / 2
        center = (x, (start + end) / 2)
        return ThreadSegment(f"M{num(x)} {num(start)}V{num(end)}", contested, center, changes_lane)
    x1, x2 = (start_card.column + 1) * COLUMN_PX - INSET_PX, end_card.column * COLUMN_PX + INSET_PX
    x = (start_card.column + 1) * COLUMN_PX
    center = (x, (y1 + y2) / 2)
    if y1 == y2:
        return ThreadSegment(f"M{num(x1)} {num(y1)}H{num(x2)}", contested, center, changes_lane)
    down = 1 if y2 > y1 else -1
    turn = min(TURN_PX, abs(y2 - y1) / 2, x - x1)
    path = (
        f"M{num(x1)} {num(y1)}H{num(x - turn)}Q{num(x)} {num(y1)} {num(x)} {num(y1 + down * turn)}"
        f"V{num(y2 - down * turn)}Q{num(x)} {num(y2)} {num(x + turn)} {num(y2)}H{num(x2)}"
    )
    return ThreadSegment(path, contested, center, changes_lane)


def _middle(spot: CardPosition, tops: Sequence[float]) -> float:
    return tops[spot.lane] + PADDING_PX + spot.slot * (CARD_PX + GAP_PX) + CARD_PX / 2


def diamond_path(center: Point) -> str:
    """Return the SVG path of the diamond that marks a hand-off."""
    x, y = center
    d = num(DIAMOND_PX)
    return f"M{num(x)} {num(y - DIAMOND_PX)}l{d} {d}l-{d} {d}l-{d}-{d}z"


@dataclass(frozen=True)
class CurveBox:
    """The area in which an emotion curve is drawn."""

    first_x: float  # of the first step
    step_width: float
    height: float
    margin: float  # above the highest emotion and below the lowest


MAP_CURVE_BOX = CurveBox(COLUMN_PX / 2, COLUMN_PX, EMOTION_ROW_PX, EMOTION_MARGIN_PX)


@dataclass(frozen=True)
class EmotionPoint:
    """A point of an emotion curve."""

    column: int
    value: float
    x: float
    y: float


def emotion_points(
    values: Sequence[float | None], box: CurveBox = MAP_CURVE_BOX
) -> list[EmotionPoint]:
    """Return a point of the emotion curve for each step that has an emotion.

    `values` has the emotion of each step, or None.
    """
    middle = box.height / 2
    reach = middle - box.margin
    return [
        EmotionPoint(
            column, value, box.first_x + column * box.step_width, middle - value * reach / 2
        )
        for column, value in enumerate(values)
        if value is not None
    ]


def curve_paths(points: Sequence[EmotionPoint]) -> list[str]:
    """Return a smooth path through each run of adjacent points. Single points have no path."""
    return [smooth_path(run) for run in _adjacent_runs(points)]


def area_paths(points: Sequence[EmotionPoint]) -> list[str]:
    """Return the paths of the tinted areas between the map's emotion curves and the neutral line."""
    neutral = num(EMOTION_ROW_PX / 2)
    return [f"{smooth_path(run)}V{neutral}H{num(run[0][0])}z" for run in _adjacent_runs(points)]


def _adjacent_runs(points: Sequence[EmotionPoint]) -> list[list[Point]]:
    """Return the runs of two or more points in adjacent columns."""
    groups = groupby(enumerate(points), key=lambda pair: pair[1].column - pair[0])
    runs = [[(point.x, point.y) for _, point in group] for _, group in groups]
    return [run for run in runs if len(run) > 1]


def smooth_path(points: Sequence[Point]) -> str:
    """Return a path through the points that never leaves the range between two neighbors.

    The path is monotonic between points, so that it never shows a low that isn't in the data. There
    must be at least two points. (Fritsch and Carlson's method, in the variant of M. Steffen, "A simple
    method for monotonic interpolation in one dimension", 1990.)
    """
    slopes = _slopes(points)
    path = [f"M{num(points[0][0])} {num(points[0][1])}"]
    for ((x1, y1), m1), ((x2, y2), m2) in pairwise(zip(points, slopes, strict=True)):
        third = (x2 - x1) / 3
        path.append(
            f"C{num(x1 + third)} {num(y1 + third * m1)} {num(x2 - third)} {num(y2 - third * m2)}"
            f" {num(x2)} {num(y2)}"
        )
    return "".join(path)


def _slopes(points: Sequence[Point]) -> list[float]:
    pieces = [((y2 - y1) / (x2 - x1), x2 - x1) for (x1, y1), (x2, y2) in pairwise(points)]
    inner = []
    for (s1, h1), (s2, h2) in pairwise(pieces):
        mean = (s1 * h2 + s2 * h1) / (h1 + h2)
        same_way = (1 if s1 > 0 else -1) + (1 if s2 > 0 else -1) if s1 and s2 else 0
        inner.append(same_way * min(abs(s1), abs(s2), abs(mean) / 2))
    return [_end(pieces[0][0], inner[:1]), *inner, _end(pieces[-1][0], inner[-1:])]


def _end(slope: float, beside: Sequence[float]) -> float:
    """Return the slope at an end of the curve: extrapolated, or 0 if the extrapolated slope has the wrong sign."""
    end = (3 * slope - beside[0]) / 2 if beside else slope
    return end if end * slope > 0 else 0.0


@dataclass(frozen=True)
class Bar(Generic[T]):
    """A bar that spans the columns from `first` to `last`, inclusive."""

    item: T
    first: int
    last: int


def pack_bars(bars: Iterable[Bar[T]]) -> list[list[Bar[T]]]:
    """Arrange the bars in as few rows as possible, without overlap and from left to right."""
    rows: list[list[Bar[T]]] = []
    for bar in sorted(bars, key=lambda bar: (bar.first, bar.last)):
        row = next((row for row in rows if row[-1].last < bar.first), None)
        if row is None:
            rows.append([bar])
        else:
            row.append(bar)
    return rows


def ordered_pair(first: int, last: int) -> tuple[int, int]:
    """Return two columns in ascending order.

    A promise can be tested in an earlier column than the one in which it is made.
    """
    return (first, last) if first <= last else (last, first)


def max_cards_per_cell(
    cells: Iterable[tuple[Hashable, int]], lanes: Sequence[Hashable]
) -> list[int]:
    """Return the number of cards in the fullest cell of each lane."""
    most: dict[Hashable, int] = {}
    for lane, cards in cells:
        most[lane] = max(most.get(lane, 0), cards)
    return [most.get(lane, 0) for lane in lanes]


def num(value: float) -> str:
    """Format a number for an SVG path, rounded as by JavaScript's `Number.toFixed`."""
    text = str(Decimal(value).quantize(TENTH, ROUND_HALF_UP)).removesuffix(".0")
    return "0" if text == "-0" else text
