"""Draws the demo's storyboards through the services, from scenes (storyboards/scenes.py)."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from changes.ops import parse_ops
from changes.services import apply_ops
from core.actors import Actor
from core.ids import uuid7
from core.tenancy import tenant_scope
from journey_templates.boards import board_cast, frame_ops
from storyboards.models import Frame
from storyboards.scenes import frame_draw_scene

SCENES_DIR = Path(__file__).parent / "scenes"


def draw_storyboard(
    story: str,
    *,
    journey_id: UUID,
    steps: Mapping[str, UUID],
    personas: Mapping[str, Mapping[str, Any]],
    actor: Actor,
) -> None:
    """Add the frames of a story to a journey, and draw them.

    `steps` has the ids of the journey's steps by title; `personas` has the `customData.figure` of each persona
    by name.
    """
    definition = json.loads((SCENES_DIR / story).read_text())
    cast = board_cast(definition, personas)
    scenes = {uuid7(): scene for scene in definition["frames"]}
    apply_ops(journey_id, parse_ops(frame_ops(scenes, steps)), actor=actor)
    with tenant_scope([actor.workspace_id]):
        frames = Frame.objects.in_bulk(list(scenes))
    for frame_id, scene in scenes.items():
        frame_draw_scene(frame=frames[frame_id], scene=scene, cast=cast, actor=actor)
