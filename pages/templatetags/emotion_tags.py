"""`{% load emotion_tags %}`: emotions as faces, words and curves. All are readable without color."""

from collections.abc import Iterable, Sequence
from functools import cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.emotion_faces import MOUTH_PATHS
from pages.map_layout import CurveBox, EmotionPoint, curve_paths, emotion_points, num
from touchpoints.models import Emotion

register = template.Library()
# Curves are drawn in a box 40 units high, which the shared gradient #feel requires.
HEIGHT, MARGIN = 40, 5


@register.filter
def emotion_label(value: float | None) -> str:
    """Return the word for an emotion, or “Not rated” for None."""
    return str(_("Not rated") if value is None else Emotion.nearest(value).label)


@register.simple_tag
def emotion_levels() -> list[tuple[int, str]]:
    """Return (level, word) for each of the five emotions, lowest first."""
    return [(value, str(word)) for value, word in Emotion.choices]


@register.filter
def emotion_class(value: float | None) -> str:
    """Return the CSS class that colors a mark by emotion: `e-2` to `e2`, or `e-none`."""
    return "e-none" if value is None else f"e{Emotion.nearest(value)}"


@register.simple_tag
def emotion_face(value: float | None, size: int = 20, spoken: bool = False) -> SafeString:
    """Render the face for an emotion, or an empty ring for None.

    Set `spoken` if there is no visible word next to the face.
    """
    nearest = None if value is None else Emotion.nearest(value)
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
    """Render the emotions of steps as a line that is colored by height, with gaps for None.

    `beside` has the emotions of another journey, which is drawn as a dashed line for comparison.
    The curve is decorative: next to it, show the same information as text, such as the lowest point
    or a table.
    """
    box_width = width * HEIGHT / height
    points = sparkline_points(list(values), box_width)
    lines = curve_paths(points)
    other = curve_paths(sparkline_points(list(beside), box_width))
    low = max(points, key=lambda point: point.y, default=None)
    return format_html(
        '<svg class="curve" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true">'
        '<path class="curve-zero" d="M0 20H{}"/>{}{}{}</svg>',
        num(box_width),
        HEIGHT,
        width,
        height,
        num(box_width),
        format_html('<path class="curve-compared" d="{}"/>', " ".join(other)) if other else "",
        format_html('<path class="curve-line" stroke="url(#feel)" d="{}"/>', " ".join(lines))
        if lines
        else "",
        format_html('<circle fill="url(#feel)" cx="{}" cy="{}" r="3.2"/>', num(low.x), num(low.y))
        if low
        else "",
    )


def sparkline_points(values: Sequence[float | None], width: float) -> list[EmotionPoint]:
    """Return the points of a curve whose steps are spread evenly over its width."""
    step_width = (width - 2 * MARGIN) / max(len(values) - 1, 1)
    return emotion_points(values, CurveBox(MARGIN, step_width, HEIGHT, MARGIN))
