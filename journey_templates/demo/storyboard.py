"""Draws the demo's storyboards through the services, from scenes (storyboards/scenes.py)."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from changes.models import Stream
from changes.ops import parse_ops
from changes.services import apply_ops
from core.actors import Actor
from core.ids import uuid7
from core.tenancy import tenant_scope
from storyboards.elements import read_elements
from storyboards.models import MAX_ELEMENTS, Frame
from storyboards.scenes import Cast, compose, scene_svg
from storyboards.services import drawing_update, frame_drawing_open, frame_picture_update

SCENES_DIR = Path(__file__).parent / "scenes"
FRAME_FIELDS = ("size", "caption", "alt_text", "speech", "notes", "duration")


def draw_storyboard(
    story: str,
    *,
    journey_id: UUID,
    steps: Mapping[str, UUID],
    personas: Mapping[str, Mapping[str, Any]],
    actor: Actor,
) -> None:
    """Add the frames of a story to a journey, and draw them.

    `steps` has the ids of the journey's steps by title; `personas` what a figure's `customData`
    says of a persona, by name.
    """
    definition = json.loads((SCENES_DIR / story).read_text())
    cast = {
        name: personas[look["persona"]] if "persona" in look else {"name": name, "look": look}
        for name, look in definition["cast"].items()
    }
    scenes = {uuid7(): scene for scene in definition["frames"]}
    ops = [
        {
            "op": "add",
            "type": Frame.slug,
            "id": str(frame_id),
            "fields": {name: scene[name] for name in FRAME_FIELDS if name in scene},
            "place": {"step": str(steps[scene["step"]])},
        }
        for frame_id, scene in scenes.items()
    ]
    apply_ops(journey_id, parse_ops(ops), actor=actor)
    for frame_id, scene in scenes.items():
        _draw_frame(frame_id, scene, cast, actor)


def _draw_frame(frame_id: UUID, scene: Mapping[str, Any], cast: Cast, actor: Actor) -> None:
    with tenant_scope([actor.workspace_id]):
        frame = Frame.objects.get(pk=frame_id)
    drawing_id = frame_drawing_open(frame=frame, actor=actor)
    elements = compose(scene, cast)
    update = drawing_update(
        drawing=_stream(drawing_id, actor),
        elements=read_elements(elements, MAX_ELEMENTS),
        actor=actor,
    )
    frame_picture_update(frame=frame, svg=scene_svg(elements), drawn=update.version, actor=actor)


def _stream(drawing_id: UUID, actor: Actor) -> Stream:
    with tenant_scope([actor.workspace_id]):
        return Stream.objects.get(pk=drawing_id)
