"""Built-in journey templates, as JSON files in this package.

Each file has the structure of a demo journey, plus the channels and departments that the template uses. `boards/`
has the storyboards, under the same file names.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from core.ids import derive_uuid7

TEMPLATE_DIR = Path(__file__).parent


@cache
def builtin_templates() -> dict[str, dict[str, Any]]:
    """Return the built-in templates by key.

    The key is the name of the file, and is used in the API.
    """
    return _read(TEMPLATE_DIR)


@cache
def builtin_boards() -> dict[str, dict[str, Any]]:
    """Return the storyboards of the built-in templates by the template's key."""
    return _read(TEMPLATE_DIR / "boards")


def scenes_for(template: str, journey_id: UUID) -> dict[UUID, dict[str, Any]]:
    """Return the scenes of a template by the ids that their frames have in a journey created from it."""
    frames = builtin_boards()[template]["frames"]
    return {
        derive_uuid7(journey_id, uuid5(journey_id, f"{template} {number}")): scene
        for number, scene in enumerate(frames)
    }


def _read(folder: Path) -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}
