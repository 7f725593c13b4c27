"""Storage for static files, hashed and compressed.

Vite's files keep their names, which already contain a hash.
"""

import re
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

VITE_PREFIX = "build/"
HASHED_NAME = re.compile(r"\.[0-9a-f]{12}\.[^/]+$|/build/.+-[0-9A-Za-z_-]{8}\.[^/]+$")


class StaticStorage(CompressedManifestStaticFilesStorage):
    manifest_strict = False

    def create_compressor(self, **options: Any) -> Any:
        # Brotli's best level would add 15 s to a start for a fifth fewer bytes.
        return super().create_compressor(**{**options, "use_brotli": False})

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        # A second hash would make the browser load every module twice.
        return (
            name if name.startswith(VITE_PREFIX) else super().hashed_name(name, content, filename)
        )


def is_immutable(path: str, url: str) -> bool:
    return bool(HASHED_NAME.search(url))
