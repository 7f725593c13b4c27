"""The Redis channels that a process follows: for each stream, one for change sets and one for presence."""

import json
from collections.abc import Iterator

from changes.live import presence
from changes.live.client_socket import ClientSocket


class Channel:
    """A Redis channel that this process follows, and the sockets that receive its messages."""

    def __init__(self) -> None:
        self.sockets: set[ClientSocket] = set()


class ChangeSetSequencer(Channel):
    """Puts change sets in order. Concurrent writers may publish them out of order."""

    def __init__(self) -> None:
        super().__init__()
        self._last_forwarded: int | None = None  # the last version that was forwarded
        self._stored_version = 0  # the version in the database at the last check
        self._pending: dict[int, str] = {}
        self._has_received = False

    def start_after(self, version: int) -> None:
        """Set the version that the next set must follow, when a socket joins at this version.

        If several sockets join, the lowest version counts. Has no effect once a set has been
        received.
        """
        if not self._has_received:
            self._last_forwarded = (
                version if self._last_forwarded is None else min(self._last_forwarded, version)
            )

    def receive(self, text: str, version: int) -> Iterator[str]:
        """Accept a set (its JSON text), and yield all sets that can be forwarded now. Ignore duplicates."""
        self._has_received = True
        if self._last_forwarded is None:
            self._last_forwarded = version - 1
        if version > self._last_forwarded:
            self._pending[version] = text
        yield from self._take_in_order()

    def is_waiting_for(self, version: int) -> bool:
        """Return whether this set is held back because an earlier one is missing."""
        return version in self._pending

    def skip_gap(self, version: int) -> Iterator[str]:
        """Yield the pending sets up to this version, although earlier sets are missing.

        Also yield the sets that directly follow. Clients notice the gap and request the missing
        sets.
        """
        while version in self._pending:
            self._last_forwarded = min(self._pending) - 1
            yield from self._take_in_order()

    def record_stored_version(self, version: int) -> bool:
        """Record the version in the database.

        Return whether the previously recorded version never arrived. In that case, stop waiting for the sets up
        to it.
        """
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
    """The presence channel of a stream, and the peers that this process's sockets know of."""

    def __init__(self) -> None:
        super().__init__()
        self.announced: set[str] = set()

    def receive(self, text: str) -> str:
        """Record from a message that a peer joined, moved or left, and return its connection id.

        The message isn't forwarded to the peer's own socket.
        """
        message = json.loads(text)
        connection_id: str = message["c"]
        if message["t"] == "gone":
            self.announced.discard(connection_id)
        else:
            self.announced.add(connection_id)
        return connection_id

    def diff(self, peers: dict[str, presence.Peer] | None) -> list[tuple[str, str]]:
        """Return (message, connection id) pairs for peers that joined or left unannounced.

        A message isn't sent to the connection that it is about. `peers` are the current peers, or None
        if they are unknown.
        """
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
