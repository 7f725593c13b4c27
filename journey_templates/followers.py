"""The follower that draws the frames of journeys that were created from built-in templates.

Drawing takes seconds, so the journey is created with empty frames. The id of a frame determines which scene is drawn
in it (builtin.scenes_for()).
"""

from contextlib import suppress
from typing import Any
from uuid import UUID

from changes.followers import follows
from core.errors import Locked
from core.tenancy import tenant_scope
from journey_templates.boards import board_cast
from journey_templates.builtin import builtin_boards, scenes_for
from storyboards.models import Frame
from storyboards.scenes import frame_draw_scene
from workspaces.access import system_actor


@follows(types={Frame.slug})
def draw_template_boards(workspace_id: UUID, sets: list[dict[str, Any]]) -> None:
    """Draw frames that a built-in template added, unless someone has drawn them already."""
    for change_set in sets:
        if change_set["action"] == "journey.start":
            added = {UUID(c["id"]) for c in change_set["changes"] or [] if c["op"] == "add"}
            _draw(workspace_id, UUID(change_set["stream"]), added)


def _draw(workspace_id: UUID, journey_id: UUID, frame_ids: set[UUID]) -> None:
    for key, board in builtin_boards().items():
        scenes = scenes_for(key, journey_id)
        if not frame_ids & scenes.keys():
            continue
        with tenant_scope([workspace_id]):
            frames = list(Frame.objects.filter(pk__in=list(scenes), picture=None))
        for frame in frames:
            with suppress(Locked):
                frame_draw_scene(
                    frame=frame,
                    scene=scenes[frame.pk],
                    cast=board_cast(board, {}),
                    actor=system_actor(workspace_id),
                )
