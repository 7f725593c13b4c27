"""`{% load ownership_marks %}`: who answers, in the three textures that mean it everywhere.

Owned is solid, nobody is dashed, contested is hatched and stands taller. A director who has left
("orphaned") is nobody, drawn hollow.
"""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

register = template.Library()
KINDS = {"owned": "own", "vacant": "miss", "orphaned": "gone", "contested": "cont"}
WORDS = {
    "owned": _("One director"),
    "vacant": _("Nobody"),
    "orphaned": _("Director is gone"),
    "contested": _("Two or more claim it"),
}
ABSENCES = {
    "left": _("has left"),
    "no-login": _("can’t sign in any more"),
    "no-department": _("is in no department"),
}
TICK = {"own": (10, 38), "miss": (43, 5), "gone": (28, 20), "cont": (0, 48)}  # top, height


@register.filter
def kind(state: str) -> str:
    """Return the class of a state of ownership: own, miss, gone, cont."""
    return KINDS.get(state, "miss")


@register.filter
def absence_word(why: str) -> str:
    """Return what has become of a director who cannot answer, after the name."""
    return str(ABSENCES.get(why, ""))


@register.filter
def state_word(state: str) -> str:
    return str(WORDS.get(state, WORDS["vacant"]))


@register.simple_tag
def ticks(states: Iterable[str], pitch: int = 8) -> SafeString:
    """Draw one tick per stage, `pitch` pixels apart. For the eye only: say the counts in words."""
    drawn = [(n * pitch, kind(state)) for n, state in enumerate(states)]
    bars = format_html_join(
        "",
        '<rect class="tick-{}" {} x="{}" y="{}" width="{}" height="{}"/>',
        ((name, FILL[name], x, TICK[name][0], pitch - 2, TICK[name][1]) for x, name in drawn),
    )
    width = max(len(drawn) * pitch - 2, 1)
    return format_html(
        '<svg class="ticks" viewBox="0 0 {} 48" width="{}" height="48" aria-hidden="true">{}</svg>',
        width,
        width,
        bars,
    )


@register.simple_tag
def cellbar(own: int, miss: int = 0, cont: int = 0) -> SafeString:
    """Draw the shares of stages owned, contested and without anybody as one thin bar."""
    total = max(own + miss + cont, 1)
    owned, contested = 100 * own / total, 100 * cont / total
    return format_html(
        '<svg class="cellbar" viewBox="0 0 100 5" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="tick-own" x="0" y="0" width="{}" height="5"/>'
        '<rect class="tick-cont" {} x="{}" y="0" width="{}" height="5"/>'
        '<path class="cellbar-miss" d="M{} 4.2H100"/></svg>',
        round(owned, 2),
        FILL["cont"],
        round(owned, 2),
        round(contested, 2),
        round(owned + contested, 2),
    )


HATCHED = SafeString('fill="url(#hatch)"')
FILL = {"own": "", "miss": "", "gone": "", "cont": HATCHED}
