"""`{% load storyboard_tags %}`: the URLs of frames' and figures' pictures."""

from typing import Any

from django import template
from django.urls import reverse

from storyboards.forms import look_query
from storyboards.models import Frame

register = template.Library()


@register.simple_tag(takes_context=True)
def picture_url(context: dict[str, Any], frame: Frame) -> str:
    """Return the URL of a frame's picture.

    On the page of a share link, the URL is relative, because that page is cached for all links that show the same
    version.
    """
    if "shell" in context:
        return reverse("picture", args=[context["shell"]["workspace"].slug, frame.picture_name])
    return f"pictures/{frame.picture_name}"


@register.simple_tag
def figure_url(figure: dict[str, Any]) -> str:
    """Return the URL of a figure's picture. An empty figure has the default look."""
    return f"{reverse('figure')}?{look_query(figure or {})}"
