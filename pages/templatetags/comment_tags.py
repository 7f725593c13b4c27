"""`{% load comment_tags %}`: comments, and buttons to comment on a record."""

from typing import Any
from uuid import UUID

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from changes.models import Record
from comments.mentions import split_mentions
from comments.models import Comment
from comments.queries import Pin
from core.fields import fold
from pages.templatetags.icon_tags import icon

register = template.Library()
FRAME_WIDTH, FRAME_HEIGHT = 960, 600  # of a frame's picture, in its own units


@register.filter
def comment_body(comment: Comment) -> SafeString:
    """Return a comment's text as HTML, with its mentions marked.

    Members who are mentioned, but whose name isn't in the text, are added at the end. The comment
    must come from comments.queries.build_threads(), which loads the names.
    """
    names: list[str] = comment.mentioned  # type: ignore[attr-defined]
    pieces = split_mentions(comment.body, names)
    written = {fold(name) for _, name in pieces}
    pieces += [(" ", name) for name in names if fold(name) not in written]
    return format_html_join(
        "", "{}{}", ((text, mention(name) if name else "") for text, name in pieces)
    )


def mention(name: str) -> SafeString:
    return format_html('<b class="mention">@{}</b>', name)


@register.inclusion_tag("shared/guest_threads.html")
def guest_threads(saying: Any, record: Record) -> dict[str, Any]:
    """Render a record's open threads for guests, with placeholders at which a comment form can be inserted."""
    return {"saying": saying, "record": record, "talks": saying.threads.get(record.pk, ())}


@register.inclusion_tag("comments/pins.html", takes_context=True)
def frame_pins(context: template.Context, frame: Record) -> dict[str, Any]:
    """Render the pins over a frame's picture, with links to their threads.

    Reads `pins` from the context (see comments.queries.open_pins()). Renders nothing on pages without
    it, where comments aren't available.
    """
    pins: dict[UUID, list[Pin]] = context.get("pins") or {}
    return {
        "pins": [
            {
                "x": round((pin.comment.x or 0) * FRAME_WIDTH),
                "y": round((pin.comment.y or 0) * FRAME_HEIGHT),
                "number": pin.number,
                "comment": pin.comment,
            }
            for pin in pins.get(frame.pk, ())
        ]
    }


@register.simple_tag(takes_context=True)
def comment_button(context: template.Context, record: Record, word: str = "") -> SafeString:
    """Render a button to comment on a record, which shows the number of its open threads.

    The context must have `comment_counts` (from comments.queries.open_counts()) or, on pages for
    guests, `saying` (from pages/views/shared_journey.py). With neither, comments aren't available
    and nothing is rendered.
    """
    saying = context.get("saying")
    if saying:
        n = len(saying.threads.get(record.pk, ()))
        url = f"{saying.address}?at={record.pk}#about-{record.pk}"
    elif "comment_counts" in context:
        n = context["comment_counts"].get(record.pk, 0)
        url = reverse("comment_add", args=[record.slug, record.pk])
    else:
        return SafeString()
    text = (
        ngettext("Comment on “{title}”, {n} open", "Comment on “{title}”, {n} open", n)
        if n
        else gettext("Comment on “{title}”")
    )
    return format_html(
        '<a class="btn btn-quiet btn-sm{}" href="{}" aria-label="{}">{}{}</a>',
        " has-comments" if n else "" if word else " btn-icon",
        url,
        text.format(title=record.label, n=n),
        icon("message-square"),
        f" {n}" if n else f" {word}" if word else "",
    )
