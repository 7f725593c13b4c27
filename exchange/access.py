"""The way from an id to a share link."""

from uuid import UUID

from exchange.models import ShareLink
from workspaces.access import DRAW, Caller
from workspaces.errors import NotFound


def get_share_link(caller: Caller, link_id: UUID, right: str = DRAW) -> ShareLink:
    """Return a share link (live or not) of one of the caller's workspaces."""
    link = ShareLink.objects.filter(id=link_id, workspace__in=caller.workspace_ids).first()
    if link is None:
        raise NotFound
    caller.acting_in(link.workspace_id).need(right)
    return link
