"""Access-checked lookup of share links."""

from uuid import UUID

from core.actors import DRAW, Caller
from core.errors import NotFound
from sharing.models import ShareLink


def get_share_link(caller: Caller, link_id: UUID, right: str = DRAW) -> ShareLink:
    """Return a share link of one of the caller's workspaces, even if it no longer works.

    Raises NotFound for any other id, and Forbidden if the caller lacks the right.
    """
    link = ShareLink.objects.filter(id=link_id, workspace__in=caller.workspace_ids).first()
    if link is None:
        raise NotFound
    caller.actor_for(link.workspace_id).require(right)
    return link
