"""`{% load measure_tags %}`: measures as a value and a sparkline."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pages.map_layout import num

register = template.Library()
WIDTH, HEIGHT, MARGIN = 44, 16, 2.5


@register.filter
def format_measure(value: float | None, unit: str = "") -> str:
    """Return a measure in compact form, such as “4.1k”, “61 h” or “38%”, or a dash for None."""
    if value is None:
        return "–"
    text = f"{value / 1000:.3g}k" if 1000 <= abs(value) < 1_000_000 else f"{value:.4g}"
    return f"{text}{unit}" if unit == "%" else f"{text} {unit}".strip()


@register.simple_tag
def sparkline(trend: Sequence[float], off: bool = False) -> SafeString:
    """Render a decorative line with a dot at its end, or "" for fewer than two values."""
    if len(trend) < 2:
        return SafeString("")
    low, high = min(trend), max(trend)
    reach = (high - low) or 1
    points = [
        (
            MARGIN + n * (WIDTH - 2 * MARGIN) / (len(trend) - 1),
            HEIGHT / 2
            if low == high
            else HEIGHT - MARGIN - (value - low) * (HEIGHT - 2 * MARGIN) / reach,
        )
        for n, value in enumerate(trend)
    ]
    return format_html(
        '<svg class="spark{}" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true">'
        '<path d="M{}"/><circle cx="{}" cy="{}" r="2"/></svg>',
        " spark-off" if off else "",
        WIDTH,
        HEIGHT,
        WIDTH,
        HEIGHT,
        "L".join(f"{num(x)} {num(y)}" for x, y in points),
        *map(num, points[-1]),
    )
