"""`{% load ownership_tags %}`: the ownership of stages, with the same patterns on every page.

Owned stages are solid, claimed ones half as high, vacant ones dashed, contested ones hatched and taller, and
orphaned ones (whose director is absent) hollow.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ownership.models import Directorship, StageStanding

register = template.Library()
MAX_TICKS = 48
CSS_CLASSES = {
    "owned": "own",
    "claimed": "claim",
    "vacant": "miss",
    "orphaned": "gone",
    "contested": "cont",
}
ABSENCE_CLAUSES = {
    StageStanding.Absence.LEFT: _("{name} has left"),
    StageStanding.Absence.NO_LOGIN: _("{name} can’t sign in any more"),
    StageStanding.Absence.NO_DEPARTMENT: _("{name} isn’t in any department"),
}
# Top and height.
TICK_GEOMETRY = {
    "own": (10, 38),
    "claim": (29, 19),
    "miss": (43, 5),
    "gone": (28, 20),
    "cont": (0, 48),
}


@register.filter
def ownership_css(state: str) -> str:
    """Return the CSS class for a state of ownership: own, claim, miss, gone or cont."""
    return CSS_CLASSES.get(state, "miss")


@register.filter
def is_past_term(row: Directorship) -> bool:
    """Return whether a directorship's term has ended, in the current time zone."""
    return row.term_until is not None and row.term_until < timezone.localdate()


@register.filter
def absence_label(why: str) -> str:
    """Return the reason why a director is absent, or "" if `why` is empty."""
    return str(StageStanding.Absence(why).label) if why else ""


@register.filter
def name_with_absence(name: str, why: str) -> SafeString:
    """Return a director's name, in a clause such as “Ann has left” if the director is absent."""
    clause = ABSENCE_CLAUSES[StageStanding.Absence(why)] if why else "{name}"
    return format_html(str(clause), name=format_html("<bdi>{}</bdi>", name))


@register.filter
def ownership_label(state: str) -> str:
    return str(StageStanding.State(state).label)


@register.simple_tag
def ownership_ticks(states: Iterable[str], pitch: int = 8) -> SafeString:
    """Render a small bar for each stage, `pitch` pixels apart, with the pattern of the stage's state.

    The bars are decorative, so show the counts as text, too.
    """
    bars = [_tick(state, n * pitch, pitch - 2) for n, state in enumerate(states)]
    width = max(len(bars) * pitch - 2, 1)
    return format_html(
        '<svg class="ticks" viewBox="0 0 {} 48" width="{}" height="48" aria-hidden="true">{}</svg>',
        width,
        width,
        SafeString("".join(bars)),
    )


@cache  # a page has hundreds of ticks, but at few different positions
def _tick(state: str, x: int, width: int) -> SafeString:
    name = ownership_css(state)
    top, height = TICK_GEOMETRY[name]
    return format_html(
        '<rect class="tick-{}" {} x="{}" y="{}" width="{}" height="{}"/>',
        name,
        FILL_ATTRIBUTES[name],
        x,
        top,
        width,
        height,
    )


@register.simple_tag
def ownership_strip(states: Sequence[str], pitch: int = 8) -> SafeString:
    """Render ownership_ticks(), or coverage_bar() if there are more than MAX_TICKS stages."""
    if len(states) <= MAX_TICKS:
        return ownership_ticks(states, pitch)
    counts = Counter(states)
    unowned = len(states) - counts["owned"] - counts["contested"]
    return coverage_bar(counts["owned"], unowned, counts["contested"])


@register.simple_tag
def coverage_bar(own: int, miss: int = 0, cont: int = 0) -> SafeString:
    """Render the shares of owned, contested and unowned stages as a thin bar."""
    total = max(own + miss + cont, 1)
    owned, contested = 100 * own / total, 100 * cont / total
    return format_html(
        '<svg class="cellbar" viewBox="0 0 100 5" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="tick-own" x="0" y="0" width="{}" height="5"/>'
        '<rect class="tick-cont" {} x="{}" y="0" width="{}" height="5"/>'
        '<path class="cellbar-miss" d="M{} 4.2H100"/></svg>',
        round(owned, 2),
        FILL_ATTRIBUTES["cont"],
        round(owned, 2),
        round(contested, 2),
        round(owned + contested, 2),
    )


HATCHED = SafeString('fill="url(#hatch)"')
FILL_ATTRIBUTES = {"own": "", "claim": "", "miss": "", "gone": "", "cont": HATCHED}
