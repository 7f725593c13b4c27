"""`{% load icon_tags %}`: the icons of static/icons.svg, and the tile that stands for a department."""

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
    """Draw an icon, for the eye only: the word stands beside it, or in an `aria-label`.

    `size` is sm or lg. A name that comes from data needs a `fallback`; an unknown one without
    is a mistake in the template.
    """
    if name not in icon_names():
        if not fallback:
            raise template.TemplateSyntaxError(f"There is no icon {name!r} in frontend/icons.json.")
        name = fallback
    return _render_icon(name, size)


@cache  # a long list has thousands, of few names
def _render_icon(name: str, size: str) -> SafeString:
    return format_html(
        '<svg class="i{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f" i-{size}" if size else "",
        static("icons.svg"),
        name,
    )


@register.simple_tag
def department_icon(department: object, glyph: str = "", size: str = "") -> SafeString:
    """Draw a department's tile: its hue, and its own glyph or (on a touchpoint) the channel's.

    None is the lane that nobody has claimed, or where the customer is alone: no hue.
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
