"""What one process hears of a stream or of a journey's presence, once for all its sockets."""

import json
from collections.abc import Iterator

from changes import presence
from changes.sockets import Socket


class Line:
    """A Redis channel that this process follows, and who wants to hear it."""

    def __init__(self) -> None:
        self.sockets: set[Socket] = set()


class StreamLine(Line):
    """Change sets in order: of two writers the later one may publish first."""

    def __init__(self) -> None:
        super().__init__()
        self._passed: int | None = None  # the version passed on last
        self._stored = 0  # the version in the database, at the last look
        self._early: dict[int, str] = {}
        self._heard = False

    def begin(self, version: int) -> None:
        """Until a set is heard, begin after the oldest version that somebody came in with."""
        if not self._heard:
            self._passed = version if self._passed is None else min(self._passed, version)

    def hear(self, text: str, version: int) -> Iterator[str]:
        """Take a set; yield what is now in order."""
        self._heard = True
        if self._passed is None:
            self._passed = version - 1
        if version > self._passed:
            self._early[version] = text
        yield from self._in_order()

    def waits_with(self, version: int) -> bool:
        """Say whether a set waits for the one before it."""
        return version in self._early

    def give_up(self, version: int) -> Iterator[str]:
        """Yield a set that waited in vain: the clients see the gap and pull."""
        while version in self._early:
            self._passed = min(self._early) - 1
            yield from self._in_order()

    def missed(self, version: int) -> bool:
        """Note the stored version; say whether the one at the last look was never heard of."""
        missed = self._passed is not None and self._passed < self._stored
        if missed:
            self._passed = self._stored
            self._early = {n: text for n, text in self._early.items() if n > self._stored}
        self._stored = version
        return missed

    def _in_order(self) -> Iterator[str]:
        while self._passed is not None and self._passed + 1 in self._early:
            self._passed += 1
            yield self._early.pop(self._passed)


class PresenceLine(Line):
    """Who is on a journey, as the sockets of this process have been told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: set[str] = set()

    def hear(self, text: str) -> str:
        """Note who came, moved or went; return who it is, for they need not hear of themselves."""
        said = json.loads(text)
        name: str = said["c"]
        if said["t"] == "gone":
            self.told.discard(name)
        else:
            self.told.add(name)
        return name

    def compare(self, there: dict[str, presence.Peer] | None) -> list[tuple[str, str]]:
        """Return what has to be told, and to whom not, so that all know who is there."""
        if there is None:
            return []
        gone = [(presence.told_gone(name), name) for name in self.told - set(there)]
        come = [(presence.told(there[name]), name) for name in set(there) - self.told]
        self.told = set(there)
        return gone + come
