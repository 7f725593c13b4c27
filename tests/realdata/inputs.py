"""Where inputs that others made are looked for; they are never part of this project."""

from pathlib import Path
from typing import Any

import pytest

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"


def needs(*names: str) -> Any:
    """Skip, with a plain message, where one of the real inputs is missing."""
    missing = [name for name in names if not (REAL / name).exists()]
    return pytest.mark.skipif(bool(missing), reason=f"real inputs are not here: {missing}")
