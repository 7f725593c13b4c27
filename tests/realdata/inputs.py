"""Location of third-party input files, which are not in the repository."""

from pathlib import Path
from typing import Any

import pytest

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"


def needs(*names: str) -> Any:
    """Skip a test if one of its input files is missing, and name the missing files."""
    missing = [name for name in names if not (REAL / name).exists()]
    return pytest.mark.skipif(bool(missing), reason=f"missing input files: {missing}")
