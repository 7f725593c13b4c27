"""`{% load dashboard_tags %}`: the pictures of the dashboard, as SVG.

All of them have a table or list beside them, so they are decorative.
"""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from pages.templatetags.ownership_tags import FILL_ATTRIBUTES, TICK_GEOMETRY, ownership_css

register = template.Library()


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
