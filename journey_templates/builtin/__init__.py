"""Built-in journey templates, as JSON files in this package.

Each file has the structure of a demo journey, plus the channels and departments that it uses.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

TEMPLATE_DIR = Path(__file__).parent


@cache
def builtin_templates() -> dict[str, dict[str, Any]]:
    """Return the built-in templates by key.

    The key is the name of the file, and is used in the API.
    """
    paths = sorted(TEMPLATE_DIR.glob("*.json"))
    return {path.stem: json.loads(path.read_text()) for path in paths}
