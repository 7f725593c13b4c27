"""`{% load pages %}`: what forms and lists of our pages need besides the marks."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from workspaces.ids import uuid7

register = template.Library()


@register.simple_tag
def gesture() -> SafeString:
    """Write the hidden id that makes a form's second submit a repeat, not a second change."""
    return format_html('<input type="hidden" name="gesture" value="{}">', uuid7())


@register.filter
def ago(at: datetime | None) -> str:
    """Return how long ago something was, as people say it; a date when it is long ago."""
    if at is None:
        return ""
    minutes = int((timezone.now() - at).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 24 * 60:
        return f"{minutes // 60} h ago"
    days = minutes // (24 * 60)
    if days < 14:
        return f"{days} day{'s' if days > 1 else ''} ago"
    return f"{at:%-d %b %Y}"
