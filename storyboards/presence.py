"""Presence in drawings: the pointer and the selected elements that other users see."""

from collections.abc import Mapping
from typing import Any

from changes.live.presence import MAX_OFFSET, MAX_SELECTED
from core.errors import InvalidRequest
from core.ids import read_uuid
from storyboards.elements import KEY

FIELDS = frozenset({"frame", "x", "y", "selected"})


def parse_drawing_presence(sent: Mapping[Any, Any]) -> dict[str, Any]:
    """Parse `{frame, x, y, selected}`. x and y are None while the pointer is elsewhere.

    Raise InvalidRequest if the value is malformed.
    """
    if unknown := set(sent) - FIELDS:
        raise InvalidRequest.at(
            f"/{min(unknown)[:60]}",
            "unknown-field",
            f"Unknown field. Allowed here: {', '.join(sorted(FIELDS))}.",
        )
    return {
        "frame": str(read_uuid(sent.get("frame"), "/frame")),
        "x": _coordinate(sent.get("x"), "/x"),
        "y": _coordinate(sent.get("y"), "/y"),
        "selected": _keys(sent.get("selected", [])),
    }


def _coordinate(sent: Any, at: str) -> float | None:
    match sent:
        case None:
            return None
        case bool():
            pass
        case int() | float() if abs(sent) < MAX_OFFSET:
            return sent
    raise InvalidRequest.at(at, "range", "Send a number or null.")


def _keys(sent: Any) -> list[str]:
    if not isinstance(sent, list) or len(sent) > MAX_SELECTED:
        raise InvalidRequest.at(
            "/selected", "range", f"Send a list of 0 to {MAX_SELECTED} element ids."
        )
    if not all(isinstance(key, str) and KEY.fullmatch(key) for key in sent):
        raise InvalidRequest.at("/selected", "type", "Send ids of elements.")
    return sent
