"""Descriptions of query parameters for the OpenAPI schema."""

from collections.abc import Mapping
from typing import Any, NamedTuple

UUID_SCHEMA: Mapping[str, Any] = {"type": "string", "format": "uuid"}


class QueryParameter(NamedTuple):
    """A query parameter: its JSON schema and its description."""

    schema: Mapping[str, Any]
    description: str


WORKSPACE = QueryParameter(
    UUID_SCHEMA, "Return only items of this workspace. Optional if you are in only one workspace."
)
CURSOR = QueryParameter(
    {"type": "string"}, "Start of the page. Take it from the `next` URL of the previous page."
)


def integer_parameter(
    description: str, minimum: int = 0, maximum: int | None = None, **more: Any
) -> QueryParameter:
    """Return an integer parameter with the limits that read_integer() enforces."""
    limits = {"minimum": minimum} | ({} if maximum is None else {"maximum": maximum})
    return QueryParameter({"type": "integer", **limits, **more}, description)
