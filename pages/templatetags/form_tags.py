"""`{% load form_tags %}`: helpers for forms, times and quoted names."""

import re
from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from core.form_idempotency import FORM_ID_FIELD
from core.ids import uuid7
from core.quotes import in_quotes

register = template.Library()
register.filter("in_quotes", in_quotes)
QUOTED = re.compile("“([^“”]+)”")


@register.simple_tag
def idempotency_input() -> SafeString:
    """Render a hidden field with a new form id. Submitting the same form a second time has no effect."""
    return format_html('<input type="hidden" name="{}" value="{}">', FORM_ID_FIELD, uuid7())


@register.simple_tag(takes_context=True)
def page_url(context: template.Context, number: int, name: str = "", anchor: str = "") -> str:
    """Return the URL of a page of a list. Filters are kept; `at` is removed, because it also selects a page."""
    query = context["request"].GET.copy()
    query[name or "page"] = str(number)
    query.pop("at", None)
    return f"?{query.urlencode()}{f'#{anchor}' if anchor else ''}"


@register.filter
def isolate_quotes(sentence: object) -> SafeString:
    """Put names in quotation marks into <bdi>, so that each keeps its own writing direction."""
    escaped = conditional_escape(str(sentence) if not isinstance(sentence, str) else sentence)
    return mark_safe(QUOTED.sub(r"“<bdi>\1</bdi>”", escaped))  # noqa: S308  (escaped above)


# Times: a <time> element that the browser shows in the reader's time zone (lib/localTimes.ts).
# Without JavaScript it shows UTC.


@register.filter
def datetime_local(at: datetime | None) -> SafeString | str:
    """Render a date and time as a `<time>` element, or "" for None.

    A script shows the time in the reader's time zone.
    """
    return _time(at, "moment", utc_text(at))


@register.filter
def date_local(at: datetime | None) -> SafeString | str:
    """Render a date as a `<time>` element, like datetime_local()."""
    return _time(at, "day", f"{date_format(at, 'SHORT_DATE_FORMAT')} UTC" if at else "")


@register.filter
def time_local(at: datetime | None) -> SafeString | str:
    """Render a time of day like datetime_local(), for use below a heading with the date."""
    return _time(at, "clock", f"{at:%H:%M} UTC" if at else "")


@register.filter
def time_ago(at: datetime | None) -> SafeString | str:
    """Render how long ago a time was, or the date if it was two weeks ago or more."""
    if at is None:
        return ""
    words = _ago(at)
    return _time(at, "ago", words) if words else date_local(at)


@register.filter
def utc_text(at: datetime | None) -> str:
    """Return a time in UTC as plain text, such as for an attribute, or "" for None."""
    return f"{date_format(at, 'SHORT_DATE_FORMAT')}, {at:%H:%M} UTC" if at else ""


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
        return gettext("just now")
    if minutes < 60:
        return ngettext("{n} min ago", "{n} min ago", minutes).format(n=minutes)
    if minutes < 24 * 60:
        hours = minutes // 60
        return ngettext("{n} h ago", "{n} h ago", hours).format(n=hours)
    days = minutes // (24 * 60)
    return ngettext("{n} day ago", "{n} days ago", days).format(n=days) if days < 14 else ""
