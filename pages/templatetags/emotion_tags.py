"""`{% load emotion_tags %}`: emotions as faces, words and curves, readable without color."""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby, pairwise

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

register = template.Library()
EMOTION_LABELS = {
    -2: _("Let down"),
    -1: _("Uneasy"),
    0: _("Neutral"),
    1: _("Pleased"),
    2: _("Delighted"),
}
MOUTH_PATHS = {
    -2: "M7.6 16.2q4.4-4.4 8.8 0M7 8.2l3 1.2M17 8.2l-3 1.2",
    -1: "M8 15.6q4-2.2 8 0",
    0: "M8 14.8h8",
    1: "M8 14q4 2.4 8 0",
    2: "M7.4 13.2q4.6 5.2 9.2 0",
}
# Curves are drawn in a box 40 units high, which the shared gradient #feel requires.
HEIGHT, MARGIN = 40, 5

Point = tuple[float, float]


def nearest_level(value: float) -> int:
    """Return the emotion level nearest to a value, such as a mean."""
    return max(-2, min(2, int(value + 2.5) - 2))


@register.filter
def emotion_label(value: float | None) -> str:
    """Return the word for an emotion; "Not rated" for None."""
    return str(_("Not rated") if value is None else EMOTION_LABELS[nearest_level(value)])


@register.simple_tag
def emotion_levels() -> list[tuple[int, str]]:
    """Return the five levels with their words, lowest first."""
    return [(value, str(word)) for value, word in EMOTION_LABELS.items()]


@register.filter
def emotion_class(value: float | None) -> str:
    """Return the CSS class that colors a mark by emotion: `e-2` to `e2`, or `e-none`."""
    return "e-none" if value is None else f"e{nearest_level(value)}"


@register.simple_tag
def emotion_face(value: float | None, size: int = 20, spoken: bool = False) -> SafeString:
    """Render the face of an emotion; None is an empty ring.

    Set `spoken` if there is no visible word beside it.
    """
    nearest = None if value is None else nearest_level(value)
    return _face(nearest, size, emotion_label(value) if spoken else "")


@cache
def _face(nearest: int | None, size: int, word: str) -> SafeString:
    name = format_html('role="img" aria-label="{}"', word) if word else HIDDEN
    if nearest is None:
        return format_html(EMPTY_FACE, size, size, name)
    return format_html(FACE, nearest, size, size, name, MOUTH_PATHS[nearest])


HIDDEN = SafeString('aria-hidden="true"')
EMPTY_FACE = (
    '<svg class="face e-none" viewBox="0 0 24 24" width="{}" height="{}" {}>'
    '<circle cx="12" cy="12" r="9.5"/></svg>'
)
FACE = (
    '<svg class="face e{}" viewBox="0 0 24 24" width="{}" height="{}" {}>'
    '<circle cx="12" cy="12" r="10.2"/><path d="{}"/>'
    '<circle class="eye" cx="8.8" cy="10.4" r="1.35"/>'
    '<circle class="eye" cx="15.2" cy="10.4" r="1.35"/></svg>'
)


@register.simple_tag
def emotion_sparkline(
    values: Iterable[float | None],
    width: int = 120,
    height: int = 40,
    beside: Iterable[float | None] = (),
) -> SafeString:
    """Render the emotion of each step as a line, colored by height, with gaps for missing values.

    `beside` is another journey to compare with, drawn dashed. The curve is decorative: put words
    (the lowest point, or a table) beside it.
    """
    other = [
        smooth_path(run)
        for run in spread_points(list(beside), width * HEIGHT / height)
        if len(run) > 1
    ]
    points = spread_points(list(values), width * HEIGHT / height)
    lines = [smooth_path(run) for run in points if len(run) > 1]
    lows = [min(run, key=lambda point: -point[1]) for run in points]
    low = max(lows, key=lambda point: point[1], default=None)
    return format_html(
        '<svg class="curve" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true">'
        '<path class="curve-zero" d="M0 20H{}"/>{}{}{}</svg>',
        num(width * HEIGHT / height),
        HEIGHT,
        width,
        height,
        num(width * HEIGHT / height),
        format_html('<path class="curve-compared" d="{}"/>', " ".join(other)) if other else "",
        format_html('<path class="curve-line" stroke="url(#feel)" d="{}"/>', " ".join(lines))
        if lines
        else "",
        format_html('<circle fill="url(#feel)" cx="{}" cy="{}" r="3.2"/>', *map(num, low))
        if low
        else "",
    )


def spread_points(values: Sequence[float | None], width: float) -> list[list[Point]]:
    """Space the values evenly. Return the runs between the gaps."""
    gap = (width - 2 * MARGIN) / max(len(values) - 1, 1)
    placed = [(MARGIN + n * gap, value) for n, value in enumerate(values)]
    runs = groupby(placed, key=lambda point: point[1] is None)
    return [
        [(x, y_of_emotion(v)) for x, v in run if v is not None] for none, run in runs if not none
    ]


def y_of_emotion(value: float) -> float:
    return HEIGHT / 2 - value * (HEIGHT / 2 - MARGIN) / 2


def smooth_path(points: Sequence[Point]) -> str:
    """Return a path through the points that never overshoots, so it shows no false low."""
    lean = tangents_of(points)
    path = [f"M{num(points[0][0])} {num(points[0][1])}"]
    for n, ((x1, y1), (x2, y2)) in enumerate(pairwise(points)):
        third = (x2 - x1) / 3
        bends = [x1 + third, y1 + third * lean[n], x2 - third, y2 - third * lean[n + 1], x2, y2]
        path.append("C" + " ".join(map(num, bends)))
    return "".join(path)


def tangents_of(points: Sequence[Point]) -> list[float]:
    """Return the slope at each point: flat at a turn, otherwise the smaller of the two sides."""
    sides = [(y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in pairwise(points)]
    inner = [
        0.0 if before * after <= 0 else min(before, after, key=abs)
        for before, after in pairwise(sides)
    ]
    return [sides[0], *inner, sides[-1]]


def num(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
