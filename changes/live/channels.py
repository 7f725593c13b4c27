"""What one process hears of a stream or of a journey's presence, once for all its sockets."""

import json
from collections.abc import Iterator

from changes.live import presence
from changes.live.client_socket import ClientSocket


class Channel:
    """A Redis channel that this process follows, and who wants to hear it."""

    def __init__(self) -> None:
        self.sockets: set[ClientSocket] = set()


class ChangeSetSequencer(Channel):
    """Change sets in order: of two writers the later one may publish first."""

    def __init__(self) -> None:
        super().__init__()
        self._last_forwarded: int | None = None  # the version passed on last
        self._stored_version = 0  # the version in the database, at the last look
        self._pending: dict[int, str] = {}
        self._has_received = False

    def start_after(self, version: int) -> None:
        """Until a set is heard, begin after the oldest version that somebody came in with."""
        if not self._has_received:
            self._last_forwarded = (
                version if self._last_forwarded is None else min(self._last_forwarded, version)
            )

    def receive(self, text: str, version: int) -> Iterator[str]:
        """Take a set; yield what is now in order."""
        self._has_received = True
        if self._last_forwarded is None:
            self._last_forwarded = version - 1
        if version > self._last_forwarded:
            self._pending[version] = text
        yield from self._take_in_order()

    def is_waiting_for(self, version: int) -> bool:
        """Say whether a set waits for the one before it."""
        return version in self._pending

    def skip_gap(self, version: int) -> Iterator[str]:
        """Yield a set that waited in vain: the clients see the gap and pull."""
        while version in self._pending:
            self._last_forwarded = min(self._pending) - 1
            yield from self._take_in_order()

    def detect_missed(self, version: int) -> bool:
        """Note the stored version; say whether the one at the last look was never heard of."""
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
    """Who is on a journey, as the sockets of this process have been told."""

    def __init__(self) -> None:
        super().__init__()
        self.announced: set[str] = set()

    def receive(self, text: str) -> str:
        """Note who came, moved or went; return who it is, for they need not hear of themselves."""
        said = json.loads(text)
        name: str = said["c"]
        if said["t"] == "gone":
            self.announced.discard(name)
        else:
            self.announced.add(name)
        return name

    def diff(self, peers: dict[str, presence.Peer] | None) -> list[tuple[str, str]]:
        """Return what has to be told, and to whom not, so that all know who is there."""
        if peers is None:
            return []
        gone = [(presence.left_message(name), name) for name in self.announced - set(peers)]
        come = [
            (presence.presence_message(peers[name]), name) for name in set(peers) - self.announced
        ]
        self.announced = set(peers)
        return gone + come
