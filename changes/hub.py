"""The sockets of this process: what Redis tells about their streams goes to each of them.

One subscription for all, each channel once; a set's text is passed on as it was published. Rights
are read again every second, for all sockets at once; while they or Redis cannot be read, nothing
is passed on, the clients are told once (`degraded`) and pull, and afterwards once more (`resync`).
"""

import asyncio
import json
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import structlog
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from changes import presence
from changes.crowd import Crowd
from changes.entry import Seen, look
from changes.lines import Line, PresenceLine, StreamLine
from changes.live import channel
from changes.sockets import Socket, as_message
from changes.subscription import Subscription

log = structlog.get_logger()
EVERY = 1.0  # seconds between two looks at rights, sessions and versions
FRESH = 2.0  # no older are rights when something is passed on
IDLE = 100.0  # a client pings every 25 s, in a hidden window every minute
MEETING = 5.0  # seconds between two looks at who is there
EARLY = 0.1  # so long a set waits for the one before it

# Looks have a thread of their own, so that a crowd that comes in does not keep them waiting.
LOOKING = ThreadPoolExecutor(1, "look")
in_thread = partial(database_sync_to_async, thread_sensitive=False, executor=LOOKING)
_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, "Hub"] = WeakKeyDictionary()


def here() -> "Hub":
    """Return the hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]


class Hub:
    def __init__(self) -> None:
        self._redis = Redis.from_url(
            settings.REDIS_URL,
            decode_responses=True,
            socket_timeout=1,
            socket_connect_timeout=1,
            retry=Retry(NoBackoff(), 0),
        )
        self.crowd = Crowd(self._redis)
        self.sockets: set[Socket] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._looked = 0.0
        self._clear()

    def _clear(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._tasks = []
        self._streams: dict[str, StreamLine] = {}
        self._presences: dict[str, PresenceLine] = {}
        self._subscription = Subscription(
            self._redis, self._hear, lambda: self._degrade(self.sockets)
        )

    # -- in and out

    async def join(self, socket: Socket) -> None:
        """Follow a socket's channels. Returns when Redis listens, or has not answered in time."""
        self.sockets.add(socket)
        *streams, people = socket.channels
        for name in streams:
            self._streams.setdefault(name, StreamLine()).sockets.add(socket)
        self._presences.setdefault(people, PresenceLine()).sockets.add(socket)
        if not self._tasks:
            self._looked = time.monotonic()
            work = (self._look_after(), self._subscription.run(), self._meet())
            self._tasks = [asyncio.create_task(one) for one in work]
            for task in self._tasks:
                task.add_done_callback(self._see_end)
        await self._subscription.follow(*socket.channels)

    def begin(self, socket: Socket, versions: dict[UUID, int], peers: list[presence.Peer]) -> None:
        """Say hello with the versions and people that were found after joining."""
        for stream_id, version in versions.items():
            self._streams[channel(stream_id)].begin(version)
        self._presences[socket.channels[-1]].told.update(peer["c"] for peer in peers)
        version, directory = (versions[stream_id] for stream_id in socket.entry.streams)
        hello = {"t": "hello", "version": version, "directory": directory, "me": socket.c}
        socket.begin(hello | {"can": sorted(socket.rights), "peers": peers})
        if not self._subscription.hears(*socket.channels):
            self._degrade([socket])

    def drop(self, socket: Socket, code: int, reason: str) -> None:
        self._forget(socket)
        socket.close(code, reason)

    async def part(self, socket: Socket) -> None:
        """Take leave of a socket that has ended, however it did."""
        self._forget(socket)
        socket.end()
        await self.crowd.leave(socket)

    def count_sockets(self, member_id: UUID) -> int:
        return sum(socket.entry.member_id == member_id for socket in self.sockets)

    def _see_end(self, task: asyncio.Task[None]) -> None:
        """After a mistake of ours begin anew, with nobody: the clients come again by themselves."""
        if not task.cancelled() and (error := task.exception()):
            log.error("live_failed", exc_info=error)
            for socket in tuple(self.sockets):
                self.drop(socket, 1011, "Something went wrong here.")
            self._clear()

    def _forget(self, socket: Socket) -> None:
        self.sockets.discard(socket)
        for line in self._lines().values():
            line.sockets.discard(socket)

    def _lines(self) -> dict[str, Line]:
        return {**self._streams, **self._presences}

    # -- what Redis tells

    def _hear(self, name: str, text: str) -> None:
        if stream := self._streams.get(name):
            version = json.loads(text)["version"]
            self._pass_on(stream, stream.hear(text, version))
            if stream.waits_with(version):
                asyncio.get_running_loop().call_later(EARLY, self._give_up, stream, version)
        elif people := self._presences.get(name):
            self._tell(people, text, but=people.hear(text))

    def _give_up(self, stream: StreamLine, version: int) -> None:
        self._pass_on(stream, stream.give_up(version))

    def _pass_on(self, stream: StreamLine, sets: Iterable[str]) -> None:
        for one in sets:
            self._tell(stream, f'{{"t": "change", "set": {one}}}')

    def _tell(self, line: Line, text: str, but: str = "") -> None:
        """Send a text to all sockets of a line, except to the one it is about."""
        if time.monotonic() - self._looked > FRESH:
            self._degrade(line.sockets)
            return
        message = as_message(text)
        for socket in tuple(line.sockets):
            if socket.c != but:
                self.put(socket, message)

    def put(self, socket: Socket, message: dict[str, Any]) -> None:
        if not socket.put(message):
            self.drop(socket, 4409, "This window fell behind and reads the journey anew.")

    # -- what the database says

    async def _look_after(self) -> None:
        while self.sockets:
            await self._let_go()
            began, sockets = time.monotonic(), tuple(self.sockets)
            try:
                seen = await in_thread(look)([socket.entry for socket in sockets])
            except (DatabaseError, InterfaceError) as error:
                log.warning("live_without_database", error=str(error))
                self._degrade(self.sockets)
            else:
                self._looked = began
                for socket in self.sockets.intersection(sockets):
                    self._check(socket, seen)
                self._resync(self.sockets.intersection(sockets), seen.versions)
            await asyncio.sleep(max(0.1, began + EVERY - time.monotonic()))
        self._clear()

    async def _let_go(self) -> None:
        """Follow no longer what nobody here wants to hear."""
        empty = [name for name, line in self._lines().items() if not line.sockets]
        for name in empty:
            self._streams.pop(name, None)
            self._presences.pop(name, None)
        if empty:
            await self._subscription.unfollow(*empty)

    def _check(self, socket: Socket, seen: Seen) -> None:
        entry, standing = socket.entry, seen.standings.get(socket.entry.seat)
        if standing is None:
            self.drop(socket, 4403, "You are not a member here any more.")
        elif entry.session not in seen.sessions or standing.secret != entry.standing.secret:
            self.drop(socket, 4401, "You are signed out.")
        elif time.monotonic() - socket.last_word > IDLE:
            self.drop(socket, 4408, "Nothing was heard from this window.")
        elif standing.rights != socket.rights:
            socket.rights = standing.rights
            self.put(socket, as_message({"t": "can", "can": sorted(standing.rights)}))

    def _resync(self, sockets: set[Socket], versions: dict[UUID, int]) -> None:
        """Tell those who were not told of something that has been stored for a look or more."""
        missed = {one for one, n in versions.items() if self._streams[channel(one)].missed(n)}
        for socket in sockets:
            behind = socket.degraded or not missed.isdisjoint(socket.entry.streams)
            if socket.begun and behind and self._subscription.hears(*socket.channels):
                socket.degraded = False
                version, directory = (versions[one] for one in socket.entry.streams)
                said = {"t": "resync", "version": version, "directory": directory}
                self.put(socket, as_message(said))

    def _degrade(self, sockets: Iterable[Socket]) -> None:
        for socket in tuple(sockets):
            if socket.begun and not socket.degraded:
                socket.degraded = True
                self.put(socket, as_message({"t": "degraded"}))

    # -- who is there

    def beside(self, socket: Socket) -> set[Socket]:
        """Return the sockets of this process on the same journey, this one too."""
        return self._presences[socket.channels[-1]].sockets

    async def _meet(self) -> None:
        """Keep our own there; tell who came or vanished without a word (a killed process)."""
        while True:
            await asyncio.sleep(MEETING)
            for name, line in tuple(self._presences.items()):
                ours = [socket.peer for socket in line.sockets]
                if ours:
                    there = await self.crowd.stay(presence.journey_of(name), ours)
                    for text, but in line.compare(there):
                        self._tell(line, text, but)
