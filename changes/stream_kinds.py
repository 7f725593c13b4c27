"""Kinds of streams. Each app declares its own in `stream_kinds` of its AppConfig."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.module_loading import import_string

from core.actors import Caller
from core.app_configs import declared

DIRECTORY = "directory"


@dataclass(frozen=True)
class StreamKind:
    """A kind of stream, and the import paths of two functions of its app.

    `access` takes (caller, stream, right), and raises NotFound or Forbidden if the caller may not
    enter the stream. `presence` parses the presence that a window on such a stream sends. They are
    import paths, because an AppConfig can't import models.
    """

    name: str
    access: str
    presence: str = "changes.live.presence.parse_presence"

    def require_access(self, caller: Caller, stream: Any, right: str) -> None:
        """Raise NotFound or Forbidden unless the kind's app lets the caller enter the stream."""
        check: Callable[[Caller, Any, str], None] = import_string(self.access)
        check(caller, stream, right)

    def parse_presence(self, sent: Mapping[Any, Any]) -> dict[str, Any]:
        """Parse the presence that a client sent. Raise InvalidRequest if it is malformed."""
        parse: Callable[[Mapping[Any, Any]], dict[str, Any]] = import_string(self.presence)
        return parse(sent)


@cache
def stream_kinds() -> Mapping[str, StreamKind]:
    """Return the kinds of streams of all apps by name."""
    return {kind.name: kind for kinds in declared("stream_kinds") for kind in kinds}
