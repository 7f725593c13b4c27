"""Pictures to upload."""

from io import BytesIO
from typing import Any

from PIL import Image


def picture_bytes(kind: str = "PNG", size: tuple[int, int] = (3, 2), **options: Any) -> bytes:
    """Return a red picture as a file of this format."""
    file = BytesIO()
    Image.new("RGB", size, "red").save(file, kind, **options)
    return file.getvalue()
