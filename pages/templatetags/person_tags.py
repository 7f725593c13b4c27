"""`{% load person_tags %}`: avatars of people, made of initials."""

from zlib import crc32

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.design_tokens import PRESENCE

register = template.Library()


@register.filter
def initials(name: object) -> str:
    """Return the initials of the first and the last word."""
    words = str(name).replace("@", " ").split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


@register.simple_tag
def avatar(person: object, size: str = "") -> SafeString:
    """Render the initials of a person, user or name on their color; a question mark for None.

    The avatar is decorative: put the name beside it.
    """
    kind = f" av-{size}" if size else ""
    if not person:
        return format_html('<span class="av av-q{}" aria-hidden="true">?</span>', kind)
    name = str(person)
    color = crc32(name.encode()) % len(PRESENCE) + 1
    return format_html(
        '<span class="av av-{}{}" aria-hidden="true">{}</span>', color, kind, initials(name)
    )
