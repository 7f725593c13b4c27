"""`{% load form_tags %}`: what forms and lists of our pages need besides the marks."""

import re
from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from core.ids import uuid7

register = template.Library()
QUOTED = re.compile("“([^“”]+)”")


@register.simple_tag
def idempotency_input() -> SafeString:
    """Write the hidden id that makes a form's second submit a repeat, not a second change."""
    return format_html('<input type="hidden" name="gesture" value="{}">', uuid7())


@register.filter
def isolate_quotes(sentence: object) -> SafeString:
    """Return a sentence with what stands in quotes kept to its own direction of writing."""
    escaped = conditional_escape(str(sentence) if not isinstance(sentence, str) else sentence)
    return mark_safe(QUOTED.sub(r"“<bdi>\1</bdi>”", escaped))  # noqa: S308  (escaped above)


# Moments: a <time> that the browser shows in the reader's zone (lib/localTimes.ts). Without
# scripts it says UTC.


@register.filter
def datetime_local(at: datetime | None) -> SafeString | str:
    """Return a day and a time."""
    return _time(at, "moment", utc_text(at))


@register.filter
def date_local(at: datetime | None) -> SafeString | str:
    """Return the day of a moment."""
    return _time(at, "day", f"{at:%-d %b %Y} UTC" if at else "")


@register.filter
def time_local(at: datetime | None) -> SafeString | str:
    """Return the time of a moment, below a heading that says its day."""
    return _time(at, "clock", f"{at:%H:%M} UTC" if at else "")


@register.filter
def time_ago(at: datetime | None) -> SafeString | str:
    """Return how long ago something was, as people say it; a day when it is long ago."""
    if at is None:
        return ""
    words = _ago(at)
    return _time(at, "ago", words) if words else date_local(at)


@register.filter
def utc_text(at: datetime | None) -> str:
    """Return a moment as plain text, for an attribute."""
    return f"{at:%-d %b %Y, %H:%M} UTC" if at else ""


def _time(at: datetime | None, show: str, text: str) -> SafeString | str:
    if at is None:
        return ""
    return format_html(
        '<time datetime="{}" data-show="{}" title="{}">{}</time>',
        at.isoformat(),
        show,
        utc_text(at),
        text,
    )


def _ago(at: datetime) -> str:
    minutes = int((timezone.now() - at).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 24 * 60:
        return f"{minutes // 60} h ago"
    days = minutes // (24 * 60)
    return f"{days} day{'s' if days > 1 else ''} ago" if days < 14 else ""
