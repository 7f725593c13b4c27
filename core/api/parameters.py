"""Query parameters: what an endpoint takes, as OpenAPI describes it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

UUID_SCHEMA: Mapping[str, Any] = {"type": "string", "format": "uuid"}


class QueryParameter(NamedTuple):
    """A query parameter: its JSON schema, and a sentence about it."""

    schema: Mapping[str, Any]
    description: str


WORKSPACE = QueryParameter(
    UUID_SCHEMA, "Only in this workspace. May be left out by a caller who is in one workspace only."
)
CURSOR = QueryParameter(
    {"type": "string"}, "Where the page begins. It comes in the `next` of a page."
)


def integer_parameter(
    description: str, minimum: int = 0, maximum: int | None = None, **more: Any
) -> QueryParameter:
    """Return a parameter that is a whole number, as read_integer() reads it."""
    limits = {"minimum": minimum} | ({} if maximum is None else {"maximum": maximum})
    return QueryParameter({"type": "integer", **limits, **more}, description)
