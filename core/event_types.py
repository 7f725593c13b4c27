"""The types of events that webhooks can subscribe to. Each app declares those of its records."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from core.app_configs import declared
from core.text import Text


@dataclass(frozen=True)
class EventType:
    """A kind of change to records. Its `name` is part of the API and is never renamed.

    A change matches if its record has one of the types and `ops` contains its op. If `field` is
    set, the change must also give this field a new value: one of `values` or, if `values` is empty,
    any value except null.
    """

    name: str
    label: Text
    record_types: tuple[str, ...]
    ops: tuple[str, ...] = ("add", "set", "remove")
    field: str = ""
    values: tuple[str, ...] = ()


@cache
def event_types() -> Mapping[str, EventType]:
    """Return the event types of all apps by name."""
    return {kind.name: kind for kinds in declared("event_types") for kind in kinds}
