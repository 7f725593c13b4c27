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

from changes.live import presence
from changes.live.authorization import AccessSnapshot, recheck_access
from changes.live.channels import ChangeSetSequencer, Channel, PresenceChannel
from changes.live.client_socket import ClientSocket, text_frame
from changes.live.presence_store import PresenceStore
from changes.live.redis_subscription import RedisSubscription
from changes.publish import stream_channel

log = structlog.get_logger()
RECHECK_INTERVAL = 1.0  # seconds between two looks at rights, sessions and versions
RIGHTS_MAX_AGE = 2.0  # no older are rights when something is passed on
IDLE_TIMEOUT = 100.0  # a client pings every 25 s, in a hidden window every minute
PRESENCE_INTERVAL = 5.0  # seconds between two looks at who is there
REORDER_WINDOW = 0.1  # so long a set waits for the one before it

# Looks have a thread of their own, so that a crowd that comes in does not keep them waiting.
RECHECK_EXECUTOR = ThreadPoolExecutor(1, "look")
in_thread = partial(database_sync_to_async, thread_sensitive=False, executor=RECHECK_EXECUTOR)
_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, "Hub"] = WeakKeyDictionary()


def get_hub() -> "Hub":
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
        self.presence_store = PresenceStore(self._redis)
        self.sockets: set[ClientSocket] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._rechecked_at = 0.0
        self._reset()

    def _reset(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._tasks = []
        self._streams: dict[str, ChangeSetSequencer] = {}
        self._presences: dict[str, PresenceChannel] = {}
        self._subscription = RedisSubscription(
            self._redis, self._on_message, lambda: self._degrade(self.sockets)
        )

    # -- in and out

    async def join(self, socket: ClientSocket) -> None:
        """Follow a socket's channels. Returns when Redis listens, or has not answered in time."""
        self.sockets.add(socket)
        *streams, people = socket.channels
        for name in streams:
            self._streams.setdefault(name, ChangeSetSequencer()).sockets.add(socket)
        self._presences.setdefault(people, PresenceChannel()).sockets.add(socket)
        if not self._tasks:
            self._rechecked_at = time.monotonic()
            work = (self._access_loop(), self._subscription.run(), self._presence_loop())
            self._tasks = [asyncio.create_task(one) for one in work]
            for task in self._tasks:
                task.add_done_callback(self._on_task_done)
        await self._subscription.follow(*socket.channels)

    def send_hello(
        self, socket: ClientSocket, versions: dict[UUID, int], peers: list[presence.Peer]
    ) -> None:
        """Say hello with the versions and people that were found after joining."""
        for stream_id, version in versions.items():
            self._streams[stream_channel(stream_id)].start_after(version)
        self._presences[socket.channels[-1]].announced.update(peer["c"] for peer in peers)
        version, directory = (versions[stream_id] for stream_id in socket.session.stream_ids)
        hello = {
            "t": "hello",
            "version": version,
            "directory": directory,
            "me": socket.connection_id,
        }
        socket.start(hello | {"can": sorted(socket.rights), "peers": peers})
        if not self._subscription.is_subscribed(*socket.channels):
            self._degrade([socket])

    def disconnect(self, socket: ClientSocket, code: int, reason: str) -> None:
        self._forget(socket)
        socket.close(code, reason)

    async def unregister(self, socket: ClientSocket) -> None:
        """Take leave of a socket that has ended, however it did."""
        self._forget(socket)
        socket.cancel()
        await self.presence_store.leave(socket)

    def count_sockets(self, member_id: UUID) -> int:
        return sum(socket.session.member_id == member_id for socket in self.sockets)

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        """After a mistake of ours begin anew, with nobody: the clients come again by themselves."""
        if not task.cancelled() and (error := task.exception()):
            log.error("live_failed", exc_info=error)
            for socket in tuple(self.sockets):
                self.disconnect(socket, 1011, "Something went wrong here.")
            self._reset()

    def _forget(self, socket: ClientSocket) -> None:
        self.sockets.discard(socket)
        for line in self._channels().values():
            line.sockets.discard(socket)

    def _channels(self) -> dict[str, Channel]:
        return {**self._streams, **self._presences}

    # -- what Redis tells

    def _on_message(self, name: str, text: str) -> None:
        if stream := self._streams.get(name):
            version = json.loads(text)["version"]
            self._forward_sets(stream, stream.receive(text, version))
            if stream.is_waiting_for(version):
                asyncio.get_running_loop().call_later(
                    REORDER_WINDOW, self._skip_gap, stream, version
                )
        elif people := self._presences.get(name):
            self._broadcast(people, text, except_for=people.receive(text))

    def _skip_gap(self, stream: ChangeSetSequencer, version: int) -> None:
        self._forward_sets(stream, stream.skip_gap(version))

    def _forward_sets(self, stream: ChangeSetSequencer, sets: Iterable[str]) -> None:
        for one in sets:
            self._broadcast(stream, f'{{"t": "change", "set": {one}}}')

    def _broadcast(self, channel: Channel, text: str, except_for: str = "") -> None:
        """Send a text to all sockets of a line, except to the one it is about."""
        if time.monotonic() - self._rechecked_at > RIGHTS_MAX_AGE:
            self._degrade(channel.sockets)
            return
        message = text_frame(text)
        for socket in tuple(channel.sockets):
            if socket.connection_id != except_for:
                self.enqueue(socket, message)

    def enqueue(self, socket: ClientSocket, message: dict[str, Any]) -> None:
        if not socket.enqueue(message):
            self.disconnect(socket, 4409, "This window fell behind and reads the journey anew.")

    # -- what the database says

    async def _access_loop(self) -> None:
        while self.sockets:
            await self._unsubscribe_unused()
            began, sockets = time.monotonic(), tuple(self.sockets)
            try:
                seen = await in_thread(recheck_access)([socket.session for socket in sockets])
            except (DatabaseError, InterfaceError) as error:
                log.warning("live_without_database", error=str(error))
                self._degrade(self.sockets)
            else:
                self._rechecked_at = began
                for socket in self.sockets.intersection(sockets):
                    self._apply_access(socket, seen)
                self._resync(self.sockets.intersection(sockets), seen.versions)
            await asyncio.sleep(max(0.1, began + RECHECK_INTERVAL - time.monotonic()))
        self._reset()

    async def _unsubscribe_unused(self) -> None:
        """Follow no longer what nobody here wants to hear."""
        empty = [name for name, line in self._channels().items() if not line.sockets]
        for name in empty:
            self._streams.pop(name, None)
            self._presences.pop(name, None)
        if empty:
            await self._subscription.unfollow(*empty)

    def _apply_access(self, socket: ClientSocket, seen: AccessSnapshot) -> None:
        entry, standing = socket.session, seen.memberships.get(socket.session.membership_key)
        if standing is None:
            self.disconnect(socket, 4403, "You are not a member here any more.")
        elif (
            entry.session_key not in seen.session_keys
            or standing.session_hash != entry.membership.session_hash
        ):
            self.disconnect(socket, 4401, "You are signed out.")
        elif time.monotonic() - socket.last_received_at > IDLE_TIMEOUT:
            self.disconnect(socket, 4408, "Nothing was heard from this window.")
        elif standing.rights != socket.rights:
            socket.rights = standing.rights
            self.enqueue(socket, text_frame({"t": "can", "can": sorted(standing.rights)}))

    def _resync(self, sockets: set[ClientSocket], versions: dict[UUID, int]) -> None:
        """Tell those who were not told of something that has been stored for a look or more."""
        missed = {
            one
            for one, n in versions.items()
            if self._streams[stream_channel(one)].detect_missed(n)
        }
        for socket in sockets:
            behind = socket.is_degraded or not missed.isdisjoint(socket.session.stream_ids)
            if socket.is_started and behind and self._subscription.is_subscribed(*socket.channels):
                socket.is_degraded = False
                version, directory = (versions[one] for one in socket.session.stream_ids)
                said = {"t": "resync", "version": version, "directory": directory}
                self.enqueue(socket, text_frame(said))

    def _degrade(self, sockets: Iterable[ClientSocket]) -> None:
        for socket in tuple(sockets):
            if socket.is_started and not socket.is_degraded:
                socket.is_degraded = True
                self.enqueue(socket, text_frame({"t": "degraded"}))

    # -- who is there

    def sockets_on_journey(self, socket: ClientSocket) -> set[ClientSocket]:
        """Return the sockets of this process on the same journey, this one too."""
        return self._presences[socket.channels[-1]].sockets

    async def _presence_loop(self) -> None:
        """Keep our own there; tell who came or vanished without a word (a killed process)."""
        while True:
            await asyncio.sleep(PRESENCE_INTERVAL)
            for name, line in tuple(self._presences.items()):
                ours = [socket.peer for socket in line.sockets]
                if ours:
                    there = await self.presence_store.refresh(
                        presence.journey_id_from_channel(name), ours
                    )
                    for text, but in line.diff(there):
                        self._broadcast(line, text, but)
