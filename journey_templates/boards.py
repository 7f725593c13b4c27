"""Storyboards of the demo's journeys and the built-in templates, composed from scenes (storyboards/scenes.py)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from storyboards.models import Frame

FRAME_FIELDS = ("size", "caption", "alt_text", "speech", "notes", "duration")

Scene = Mapping[str, Any]
Figures = Mapping[str, Mapping[str, Any]]


def frame_ops(scenes: Mapping[UUID, Scene], steps: Mapping[str, UUID]) -> list[dict[str, Any]]:
    """Return the ops that add a frame for each scene.

    `scenes` has the scenes by the ids of their frames. `steps` has the ids of the journey's steps by title.
    """
    return [
        {
            "op": "add",
            "type": Frame.slug,
            "id": str(frame_id),
            "fields": {name: scene[name] for name in FRAME_FIELDS if name in scene},
            "place": {"step": str(steps[scene["step"]])},
        }
        for frame_id, scene in scenes.items()
    ]


def board_cast(board: Mapping[str, Any], personas: Figures) -> dict[str, Mapping[str, Any]]:
    """Return the `customData.figure` of each person in a storyboard's definition, by name.

    `personas` has the `customData.figure` of the journey's personas, by name.
    """
    return {
        name: personas[look["persona"]] if "persona" in look else {"name": name, "look": look}
        for name, look in board["cast"].items()
    }
