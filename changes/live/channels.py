"""Redis channels as followed by one process: change sets of a stream, presence on it."""

import json
from collections.abc import Iterator

from changes.live import presence
from changes.live.client_socket import ClientSocket


class Channel:
    """A Redis channel that this process follows, and the sockets that receive its messages."""

    def __init__(self) -> None:
        self.sockets: set[ClientSocket] = set()


class ChangeSetSequencer(Channel):
    """Forwards change sets in order, because concurrent writers may publish them out of order."""

    def __init__(self) -> None:
        super().__init__()
        self._last_forwarded: int | None = None  # the last version that was forwarded
        self._stored_version = 0  # the version in the database at the last check
        self._pending: dict[int, str] = {}
        self._has_received = False

    def start_after(self, version: int) -> None:
        """Until a set is received, start after the oldest version that a socket joined with."""
        if not self._has_received:
            self._last_forwarded = (
                version if self._last_forwarded is None else min(self._last_forwarded, version)
            )

    def receive(self, text: str, version: int) -> Iterator[str]:
        """Accept a set, and yield the sets that are now in order."""
        self._has_received = True
        if self._last_forwarded is None:
            self._last_forwarded = version - 1
        if version > self._last_forwarded:
            self._pending[version] = text
        yield from self._take_in_order()

    def is_waiting_for(self, version: int) -> bool:
        """Return whether this set is held back until its predecessor arrives."""
        return version in self._pending

    def skip_gap(self, version: int) -> Iterator[str]:
        """Yield a set whose predecessor didn't arrive in time. Clients notice the gap and pull."""
        while version in self._pending:
            self._last_forwarded = min(self._pending) - 1
            yield from self._take_in_order()

    def detect_missed(self, version: int) -> bool:
        """Record the stored version, and return whether the previous one was never received."""
        missed = self._last_forwarded is not None and self._last_forwarded < self._stored_version
        if missed:
            self._last_forwarded = self._stored_version
            self._pending = {
                n: text for n, text in self._pending.items() if n > self._stored_version
            }
        self._stored_version = version
        return missed

    def _take_in_order(self) -> Iterator[str]:
        while self._last_forwarded is not None and self._last_forwarded + 1 in self._pending:
            self._last_forwarded += 1
            yield self._pending.pop(self._last_forwarded)


class PresenceChannel(Channel):
    """The peers on a stream, as announced to the sockets of this process."""

    def __init__(self) -> None:
        super().__init__()
        self.announced: set[str] = set()

    def receive(self, text: str) -> str:
        """Record that a peer joined, moved or left, and return its connection id.

        Its own socket is skipped when the message is forwarded.
        """
        message = json.loads(text)
        connection_id: str = message["c"]
        if message["t"] == "gone":
            self.announced.discard(connection_id)
        else:
            self.announced.add(connection_id)
        return connection_id

    def diff(self, peers: dict[str, presence.Peer] | None) -> list[tuple[str, str]]:
        """Return the messages that bring all sockets up to date: (text, connection id to skip)."""
        if peers is None:
            return []
        left = [
            (presence.left_message(connection_id), connection_id)
            for connection_id in self.announced - set(peers)
        ]
        joined = [
            (presence.presence_message(peers[connection_id]), connection_id)
            for connection_id in set(peers) - self.announced
        ]
        self.announced = set(peers)
        return left + joined
