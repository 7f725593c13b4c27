"""`{% load dashboard_tags %}`: the pictures of the dashboard, as SVG.

All of them have a table or list beside them, so they are decorative.
"""

from collections.abc import Iterable, Sequence
from math import cos, pi, sin

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from pages.queries.dashboard import Disagreement
from pages.queries.promise_keeping import PromiseKeeping
from pages.templatetags.ownership_tags import FILL_ATTRIBUTES, TICK_GEOMETRY, ownership_css

register = template.Library()
MAX_DEPARTMENTS_DRAWN = 8


@register.simple_tag
def ledger_ticks(states: Iterable[str], pitch: int) -> SafeString:
    """Render a tick for each stage as ownership_ticks() does, but with a single path for each state.

    A page can so show hundreds of stages with few elements. The ticks shrink if there is too little space.
    """
    paths: dict[str, list[str]] = {}
    width = max(pitch * 2 // 3, 2)
    end = 0
    for number, state in enumerate(states):
        name = ownership_css(state)
        top, height = TICK_GEOMETRY[name]
        start, end = number * pitch, number * pitch + width
        paths.setdefault(name, []).append(f"M{start} {top}h{width}v{height}h-{width}z")
    return format_html(
        '<svg class="ticks" viewBox="0 0 {} 49" width="{}" height="49" preserveAspectRatio="none"'
        ' aria-hidden="true">{}</svg>',
        end,
        end,
        format_html_join(
            "",
            '<path class="tick-{}" {} d="{}"/>',
            ((name, FILL_ATTRIBUTES[name], "".join(parts)) for name, parts in paths.items()),
        ),
    )


@register.simple_tag
def disagreement_network(pairs: Sequence[Disagreement]) -> SafeString:
    """Render departments on an ellipse, in alphabetical order, with a line and a number for each pair.

    Of many departments, those with the most disagreements are drawn.
    """
    names: dict[str, int] = {}
    for pair in pairs:
        for department in (pair.first, pair.second):
            names[department.name] = names.get(department.name, 0) + pair.stages
    busiest = sorted(names, key=lambda name: -names[name])[:MAX_DEPARTMENTS_DRAWN]
    places = _ellipse(sorted(busiest))
    drawn = [pair for pair in pairs if {pair.first.name, pair.second.name} <= places.keys()]
    most = max((pair.stages for pair in drawn), default=1)
    lines = [
        (
            *places[pair.first.name],
            *places[pair.second.name],
            "network-line network-top" if pair.stages == most > 1 else "network-line",
            round(2 + 9 * pair.stages / max(most, 4), 1),
            pair.stages,
        )
        for pair in drawn
    ]
    return format_html(
        '<svg class="network" viewBox="0 0 392 232" aria-hidden="true">{}{}{}</svg>',
        format_html_join(
            "",
            '<path d="M{} {}L{} {}" class="{}" stroke-width="{}"/>',
            (line[:6] for line in lines),
        ),
        format_html_join(
            "",
            '<rect x="{}" y="{}" width="24" height="17" rx="8.5" class="network-box"/>'
            '<text x="{}" y="{}" class="network-number">{}</text>',
            (
                (mid_x - 12, mid_y - 8.5, mid_x, mid_y + 4, line[6])
                for line in lines
                for mid_x, mid_y in [((line[0] + line[2]) / 2, (line[1] + line[3]) / 2)]
            ),
        ),
        format_html_join(
            "",
            '<circle cx="{}" cy="{}" r="13" class="network-node"/>'
            '<text x="{}" y="{}" class="network-count">{}</text>'
            '<text x="{}" y="{}" class="network-name">{}</text>',
            (
                (x, y, x, y + 4.5, names[name], x, y + 27, Truncator(name).chars(16))
                for name, (x, y) in places.items()
            ),
        ),
    )


def _ellipse(names: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Return a position for each name, clockwise from the top left."""
    turns = [2 * pi * number / len(names) - 3 * pi / 4 for number in range(len(names))]
    return {
        name: (round(196 + 138 * cos(turn), 1), round(104 + 84 * sin(turn), 1))
        for name, turn in zip(names, turns, strict=True)
    }


@register.simple_tag
def promise_dots(row: PromiseKeeping, average: int) -> SafeString:
    """Render a department's share of promises kept as a dot on a scale, with a line at the average.

    A larger dot stands for more promises.
    """
    return format_html(
        '<svg class="dots" viewBox="-10 0 220 20" aria-hidden="true"><path class="dots-scale" d="M0 10H200"/>'
        '<path class="dots-average" d="M{} 0V20"/><circle class="dots-{}" cx="{}" cy="10" r="{}"/></svg>',
        2 * average,
        "above" if row.percent >= average else "below",
        2 * row.percent,
        min(4 + row.known / 3, 8),
    )
