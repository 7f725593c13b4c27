"""Template tags of storyboards."""

from typing import Any

from django import template

from storyboards.pictures import picture_url as workspace_picture_url
from storyboards.queries import picture_name
from workspaces.models import File

register = template.Library()


@register.simple_tag(takes_context=True)
def picture_url(context: dict[str, Any], picture: File) -> str:
    """Return the address of a picture: on a share link's page, below the address of that page."""
    if "shell" in context:
        return workspace_picture_url(context["shell"]["workspace"].slug, picture)
    return f"pictures/{picture_name(picture)}"
