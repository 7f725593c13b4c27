"""`{% load icon_tags %}`: the icons of static/icons.svg, and the tiles of departments."""

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.icons import icon_names

register = template.Library()
HUES = frozenset({"retail", "digital", "network", "billing", "care", "ops"})


@register.simple_tag
def icon(name: str, size: str = "", fallback: str = "") -> SafeString:
    """Render a decorative icon. Put a word next to the icon or into an `aria-label`.

    `size` is "sm" or "lg". Set `fallback` if the name comes from data. Without it, an unknown name
    raises TemplateSyntaxError.
    """
    if name not in icon_names():
        if not fallback:
            raise template.TemplateSyntaxError(f"There is no icon {name!r} in frontend/icons.json.")
        name = fallback
    return _render_icon(name, size)


@cache  # a long list renders thousands of icons, but with few different names
def _render_icon(name: str, size: str) -> SafeString:
    return format_html(
        '<svg class="i{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f" i-{size}" if size else "",
        static("icons.svg"),
        name,
    )


@register.simple_tag
def department_icon(department: object, glyph: str = "", size: str = "") -> SafeString:
    """Render a tile in a department's hue, with the icon `glyph` or else the department's own.

    The tile has no hue if `department` is None, which is the customer's lane or the unassigned
    lane.
    """
    hue = getattr(department, "hue", "")
    own = getattr(department, "glyph", "")
    drawn = icon(glyph or own or "circle-dashed", fallback="building-2")
    return _render_department_icon(hue if hue in HUES else "", size, drawn)


@cache
def _render_department_icon(hue: str, size: str, drawn: SafeString) -> SafeString:
    return format_html(
        '<span class="tile{}{}">{}</span>',
        f" hue-{hue}" if hue else "",
        f" tile-{size}" if size else "",
        drawn,
    )
