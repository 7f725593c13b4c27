"""The OpenAPI description, as tests use it."""

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator


@cache
def description() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


def paths_with(method: str) -> list[str]:
    """Return the paths that have an operation of this method."""
    return [path for path, methods in description()["paths"].items() if method in methods]
