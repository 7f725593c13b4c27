"""`{% load person_tags %}`: avatars of people, which are made of their initials."""

from zlib import crc32

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.design_tokens import PRESENCE

register = template.Library()


@register.filter
def initials(name: object) -> str:
    """Return the initials of a name's first and last word."""
    words = str(name).replace("@", " ").split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


@register.simple_tag
def avatar(person: object, size: str = "") -> SafeString:
    """Render the initials of a person, user or name in a color, or a question mark for None.

    The avatar is decorative, so put the name next to it.
    """
    kind = f" av-{size}" if size else ""
    if not person:
        return format_html('<span class="av av-q{}" aria-hidden="true">?</span>', kind)
    name = str(person)
    color = crc32(name.encode()) % len(PRESENCE) + 1
    return format_html(
        '<span class="av av-{}{}" aria-hidden="true">{}</span>', color, kind, initials(name)
    )
