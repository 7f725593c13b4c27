"""The peers on a stream and their presence (such as selection and cursor), kept in Redis for 30 s.

The functions add commands to a pipeline and parse the results, so that they can be used by the
sockets (asyncio) as well as the polling endpoint (threads).
"""

import json
import re
import secrets
import time
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from core.errors import InvalidRequest
from core.ids import read_uuid

TTL_SECONDS = 30  # how long a peer stays without a refresh
MAX_CONNECTIONS = 50  # windows on one stream
MAX_CONNECTIONS_PER_MEMBER = 10  # windows of one member on one stream
MAX_SELECTED = 200
# In pixels. Compare with < and without conversion: integers can exceed any float, and NaN is never
# below.
MAX_OFFSET = 1e6
CONNECTION_ID = re.compile(r"c_[A-Za-z0-9_-]{8,40}")
FIELD_NAME = re.compile(r"[a-z_]{1,40}")
PRESENCE_FIELDS = frozenset({"sel", "edit", "cur", "view"})
EMPTY_PRESENCE: dict[str, Any] = {"sel": [], "edit": None, "cur": None, "view": None}

Peer = dict[str, Any]  # {"c", "member", "name", "sel", "edit", "cur", "view"}


def presence_channel(stream_id: UUID) -> str:
    return f"cxmap:presence:{stream_id}"


def stream_id_from_channel(name: str) -> UUID:
    return UUID(name.rpartition(":")[2])


def _key(stream_id: UUID) -> str:
    return f"cxmap:here:{stream_id}"


def new_connection_id() -> str:
    """Return a random id for an open window. It reveals nothing about the user."""
    return f"c_{secrets.token_urlsafe(9)}"


def presence_message(peer: Peer) -> str:
    return json.dumps({"t": "presence", **peer})


def left_message(c: str) -> str:
    return json.dumps({"t": "gone", "c": c})


# -- Redis: one hash per stream, {c: {"at", "peer"}}


def announce(stream_id: UUID, peer: Peer, pipe: Any) -> None:
    """Store a peer and publish it."""
    refresh(stream_id, [peer], pipe)
    pipe.publish(presence_channel(stream_id), presence_message(peer))


def refresh(stream_id: UUID, peers: Collection[Peer], pipe: Any) -> None:
    """Store peers that are still connected, and restart their time to live."""
    at = time.time()
    rows = {peer["c"]: json.dumps({"at": at, "peer": peer}) for peer in peers}
    if rows:
        pipe.hset(_key(stream_id), mapping=rows)
        pipe.expire(_key(stream_id), TTL_SECONDS)


def announce_left(stream_id: UUID, c: str, pipe: Any) -> None:
    pipe.hdel(_key(stream_id), c)
    pipe.publish(presence_channel(stream_id), left_message(c))


def request_all(stream_id: UUID, pipe: Any) -> None:
    """Request all peers; active_peers() parses the result."""
    pipe.hgetall(_key(stream_id))


def active_peers(rows: Mapping[str, str]) -> dict[str, Peer]:
    """Return the peers that have not expired, by connection id.

    A time that is too far in the future was stored before the clock was set back. It counts as
    expired.
    """
    now = time.time()
    return {
        c: row["peer"]
        for c, raw in rows.items()
        if abs(now - (row := json.loads(raw))["at"]) < TTL_SECONDS
    }


def delete_peers(stream_id: UUID, names: Collection[str], pipe: Any) -> None:
    pipe.hdel(_key(stream_id), *names)


def capacity_error(peers: Collection[Peer], member: str) -> str:
    """Return an error message if there are too many peers (`peers` includes the new one), else ""."""
    if len(peers) > MAX_CONNECTIONS:
        return f"{MAX_CONNECTIONS} windows are already open on this journey. Try again when one closes."
    if sum(peer["member"] == member for peer in peers) > MAX_CONNECTIONS_PER_MEMBER:
        return f"You have this journey open in {MAX_CONNECTIONS_PER_MEMBER} windows already. Close one."
    return ""


# -- parsing


def parse_presence(sent: Mapping[Any, Any]) -> dict[str, Any]:
    """Parse a client's presence: selection, edited field, cursor and view.

    Raise InvalidRequest if it is malformed.
    """
    if unknown := set(sent) - PRESENCE_FIELDS:
        raise InvalidRequest.at(
            f"/{min(unknown)[:60]}",
            "unknown-field",
            f"Unknown field. Allowed here: {', '.join(sorted(PRESENCE_FIELDS))}.",
        )
    return {
        "sel": _ids(sent.get("sel", []), "/sel", MAX_SELECTED),
        "edit": _parse_edited_field(sent.get("edit")),
        "cur": _cursor(sent.get("cur")),
        "view": None if sent.get("view") is None else _ids(sent["view"], "/view", 2, least=2),
    }


def _ids(sent: Any, at: str, most: int, least: int = 0) -> list[str]:
    if not isinstance(sent, list) or not least <= len(sent) <= most:
        count = most if least == most else f"{least} to {most}"
        raise InvalidRequest.at(at, "range", f"Send a list of {count} ids.")
    return [str(read_uuid(value, f"{at}/{index}")) for index, value in enumerate(sent)]


def _parse_edited_field(sent: Any) -> dict[str, Any] | None:
    if sent is None:
        return None
    match sent:
        case {"id": record_id, "field": str(field), **rest} if not rest and FIELD_NAME.fullmatch(
            field
        ):
            return {"id": str(read_uuid(record_id, "/edit/id")), "field": field}
    raise InvalidRequest.at("/edit", "type", "Send {id, field} or null.")


def _cursor(sent: Any) -> dict[str, Any] | None:
    if sent is None:
        return None
    match sent:
        case {"step": step, "lane": lane, "dx": int() | float() as dx, "dy": int() | float() as dy}:
            if len(sent) == 4 and all(abs(offset) < MAX_OFFSET for offset in (dx, dy)):
                return {
                    "step": step and str(read_uuid(step, "/cur/step")),
                    "lane": lane and str(read_uuid(lane, "/cur/lane")),
                    "dx": dx,
                    "dy": dy,
                }
    raise InvalidRequest.at("/cur", "type", "Send {step, lane, dx, dy} or null.")
