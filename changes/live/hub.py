"""The hub of a server process, which forwards published change sets and presence to its sockets.

The process has one Redis subscription with all its channels. The text of a change set is forwarded
as it was published. Rights are checked again every second, for all sockets at once. While the
rights can't be read or Redis is unavailable, nothing is forwarded: clients get one `degraded`
message, after which they poll, and one `resync` message when the outage is over.
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
from django.db import DatabaseError, InterfaceError

from changes.live import presence
from changes.live.authorization import AccessSnapshot, recheck_access
from changes.live.channels import ChangeSetSequencer, Channel, PresenceChannel
from changes.live.client_socket import ClientSocket, text_frame
from changes.live.presence_store import PresenceStore
from changes.live.redis_subscription import RedisSubscription
from changes.publish import stream_channel
from core.redis_client import create_async_redis

log = structlog.get_logger()
# All in seconds.
RECHECK_INTERVAL = 1.0  # between checks of rights, sessions and versions
RIGHTS_MAX_AGE = 2.0  # nothing is forwarded if rights were last checked longer ago
IDLE_TIMEOUT = 100.0  # clients ping every 25 s, and every minute in a hidden window
PRESENCE_INTERVAL = 5.0  # between presence refreshes
REORDER_WINDOW = 0.1  # how long a set waits for its predecessor

# Access re-checks use their own thread, so that a burst of connections cannot delay them.
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
        self._redis = create_async_redis()
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

    # -- joining and leaving

    async def join(self, socket: ClientSocket) -> None:
        """Subscribe to a socket's channels. Return when Redis has confirmed them, or after a timeout."""
        self.sockets.add(socket)
        *streams, people = socket.channels
        for name in streams:
            self._streams.setdefault(name, ChangeSetSequencer()).sockets.add(socket)
        self._presences.setdefault(people, PresenceChannel()).sockets.add(socket)
        if not self._tasks:
            self._rechecked_at = time.monotonic()
            work = (self._access_loop(), self._subscription.run(), self._presence_loop())
            self._tasks = [asyncio.create_task(coroutine) for coroutine in work]
            for task in self._tasks:
                task.add_done_callback(self._on_task_done)
        await self._subscription.follow(*socket.channels)

    def send_hello(
        self, socket: ClientSocket, versions: dict[UUID, int], peers: list[presence.Peer]
    ) -> None:
        """Send the hello frame. `versions` and `peers` must have been read after joining."""
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
        """Remove a closed socket, and announce that its peer left."""
        self._forget(socket)
        socket.cancel()
        await self.presence_store.leave(socket)

    def count_sockets(self, member_id: UUID) -> int:
        return sum(socket.session.member_id == member_id for socket in self.sockets)

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        """Close all sockets and start again if a task failed. Clients reconnect."""
        if not task.cancelled() and (error := task.exception()):
            log.error("live_failed", exc_info=error)
            for socket in tuple(self.sockets):
                self.disconnect(socket, 1011, "Internal server error. Reconnect.")
            self._reset()

    def _forget(self, socket: ClientSocket) -> None:
        self.sockets.discard(socket)
        for channel in self._channels().values():
            channel.sockets.discard(socket)

    def _channels(self) -> dict[str, Channel]:
        return {**self._streams, **self._presences}

    # -- messages from Redis

    def _on_message(self, name: str, text: str) -> None:
        if stream := self._streams.get(name):
            version = json.loads(text)["version"]
            self._forward_sets(stream, stream.receive(text, version))
            if stream.is_waiting_for(version):
                asyncio.get_running_loop().call_later(
                    REORDER_WINDOW, self._skip_gap, stream, version
                )
        elif peers := self._presences.get(name):
            self._broadcast(peers, text, except_for=peers.receive(text))

    def _skip_gap(self, stream: ChangeSetSequencer, version: int) -> None:
        self._forward_sets(stream, stream.skip_gap(version))

    def _forward_sets(self, stream: ChangeSetSequencer, set_texts: Iterable[str]) -> None:
        for set_text in set_texts:
            self._broadcast(stream, f'{{"t": "change", "set": {set_text}}}')

    def _broadcast(self, channel: Channel, text: str, except_for: str = "") -> None:
        """Send a text to all sockets of a channel, except to the connection id `except_for`.

        If the rights were checked too long ago, send `degraded` instead.
        """
        if time.monotonic() - self._rechecked_at > RIGHTS_MAX_AGE:
            self._degrade(channel.sockets)
            return
        message = text_frame(text)
        for socket in tuple(channel.sockets):
            if socket.connection_id != except_for:
                self.enqueue(socket, message)

    def enqueue(self, socket: ClientSocket, message: dict[str, Any]) -> None:
        if not socket.enqueue(message):
            self.disconnect(
                socket, 4409, "This window fell behind. Reconnect and reload the journey."
            )

    # -- access checks

    async def _access_loop(self) -> None:
        while self.sockets:
            await self._unsubscribe_unused()
            started_at, sockets = time.monotonic(), tuple(self.sockets)
            try:
                access = await in_thread(recheck_access)([socket.session for socket in sockets])
            except (DatabaseError, InterfaceError) as error:
                log.warning("live_without_database", error=str(error))
                self._degrade(self.sockets)
            else:
                self._rechecked_at = started_at
                for socket in self.sockets.intersection(sockets):
                    self._apply_access(socket, access)
                self._resync(self.sockets.intersection(sockets), access.versions)
            await asyncio.sleep(max(0.1, started_at + RECHECK_INTERVAL - time.monotonic()))
        self._reset()

    async def _unsubscribe_unused(self) -> None:
        """Unsubscribe from channels that no socket of this process uses."""
        unused = [name for name, channel in self._channels().items() if not channel.sockets]
        for name in unused:
            self._streams.pop(name, None)
            self._presences.pop(name, None)
        if unused:
            await self._subscription.unfollow(*unused)

    def _apply_access(self, socket: ClientSocket, access: AccessSnapshot) -> None:
        session, membership = socket.session, access.memberships.get(socket.session.membership_key)
        if membership is None:
            self.disconnect(socket, 4403, "You're no longer a member of this workspace.")
        elif (
            session.session_key not in access.session_keys
            or membership.session_hash != session.membership.session_hash
        ):
            self.disconnect(socket, 4401, "You have been signed out. Sign in again.")
        elif time.monotonic() - socket.last_received_at > IDLE_TIMEOUT:
            self.disconnect(socket, 4408, "This window was idle for too long. Reconnect.")
        elif membership.rights != socket.rights:
            socket.rights = membership.rights
            self.enqueue(socket, text_frame({"t": "can", "can": sorted(membership.rights)}))

    def _resync(self, sockets: set[ClientSocket], versions: dict[UUID, int]) -> None:
        """Send `resync` to clients that were degraded or that missed a stored change."""
        missed = {
            stream_id
            for stream_id, version in versions.items()
            if self._streams[stream_channel(stream_id)].record_stored_version(version)
        }
        for socket in sockets:
            behind = socket.is_degraded or not missed.isdisjoint(socket.session.stream_ids)
            if socket.is_started and behind and self._subscription.is_subscribed(*socket.channels):
                socket.is_degraded = False
                version, directory = (
                    versions[stream_id] for stream_id in socket.session.stream_ids
                )
                message = {"t": "resync", "version": version, "directory": directory}
                self.enqueue(socket, text_frame(message))

    def _degrade(self, sockets: Iterable[ClientSocket]) -> None:
        for socket in tuple(sockets):
            if socket.is_started and not socket.is_degraded:
                socket.is_degraded = True
                self.enqueue(socket, text_frame({"t": "degraded"}))

    # -- presence

    def sockets_on_stream(self, socket: ClientSocket) -> set[ClientSocket]:
        """Return this process's sockets on the same stream, including the given one."""
        return self._presences[socket.channels[-1]].sockets

    async def _presence_loop(self) -> None:
        """Refresh this process's peers, and announce others that joined or left unannounced.

        Peers leave unannounced when their server process is killed.
        """
        while True:
            await asyncio.sleep(PRESENCE_INTERVAL)
            for name, channel in tuple(self._presences.items()):
                ours = [socket.peer for socket in channel.sockets]
                if ours:
                    peers = await self.presence_store.refresh(
                        presence.stream_id_from_channel(name), ours
                    )
                    for text, skipped_id in channel.diff(peers):
                        self._broadcast(channel, text, skipped_id)
