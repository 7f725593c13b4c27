"""The follower that redraws a persona in all pictures when the persona's figure changes."""

from typing import Any
from uuid import UUID

from changes.followers import follows
from journeys.models import Persona
from storyboards.rendering import personas_render


@follows(types={Persona.slug})
def render_changed_personas(workspace_id: UUID, sets: list[dict[str, Any]]) -> None:
    """Redraw the personas whose figure changed, in all pictures of the workspace."""
    changes = [change for change_set in sets for change in change_set["changes"] or []]
    changed = {UUID(c["id"]) for c in changes if c["op"] == "set" and "figure" in c["after"]}
    if changed:
        personas_render(workspace_id, changed)
