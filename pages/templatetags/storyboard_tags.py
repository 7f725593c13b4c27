"""Template tags of storyboards."""

from typing import Any

from django import template
from django.urls import reverse

from storyboards.models import Frame

register = template.Library()


@register.simple_tag(takes_context=True)
def picture_url(context: dict[str, Any], frame: Frame) -> str:
    """Return the URL of a frame's picture.

    It is relative on the page of a share link, because that page is cached for all links that show the same
    version.
    """
    if "shell" in context:
        return reverse("picture", args=[context["shell"]["workspace"].slug, frame.picture_name])
    return f"pictures/{frame.picture_name}"
