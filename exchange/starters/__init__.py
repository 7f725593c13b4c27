"""Templates that come with cxmap: believable journeys to begin from, as JSON beside this file.

The shape is the demo's, with the channels and departments that it needs by name.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

STARTERS = Path(__file__).parent


@cache
def starters() -> dict[str, dict[str, Any]]:
    """Return each story by its key, which is the name of its file and API."""
    paths = sorted(STARTERS.glob("*.json"))
    return {path.stem: json.loads(path.read_text()) for path in paths}
