"""The presence of this process's sockets, shared with other processes through Redis."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from changes.live import presence
from changes.live.client_socket import ClientSocket
from core.redis_client import Cooldown

PipelineCommand = Callable[[Any], None]


class PresenceStore:
    """Stores and announces peers in Redis.

    While Redis is unavailable, methods do nothing and return None. After a failure, they don't try
    again for a few seconds.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._cooldown = Cooldown()

    async def join(self, socket: ClientSocket) -> None:
        """Announce a peer."""
        socket.is_shown = True
        await self._execute(partial(presence.announce, socket.session.stream_id, socket.peer))

    async def update(self, socket: ClientSocket, peer_presence: dict[str, Any]) -> None:
        """Announce a peer's current presence."""
        socket.presence = peer_presence
        await self._execute(partial(presence.announce, socket.session.stream_id, socket.peer))

    async def leave(self, socket: ClientSocket) -> None:
        """Remove a peer. Announce that it left, if its arrival was announced."""
        stream_id, connection_id = socket.session.stream_id, socket.connection_id
        if socket.is_shown:
            await self._execute(partial(presence.announce_left, stream_id, connection_id))
        else:
            await self._execute(partial(presence.delete_peers, stream_id, [connection_id]))

    async def refresh(
        self, stream_id: UUID, peers: list[presence.Peer]
    ) -> dict[str, presence.Peer] | None:
        """Store these peers of this process again, and return all active peers of the stream."""
        return await self._list_after(stream_id, partial(presence.refresh, stream_id, peers))

    async def _list_after(
        self, stream_id: UUID, command: PipelineCommand
    ) -> dict[str, presence.Peer] | None:
        rows = await self._execute(command, partial(presence.request_all, stream_id))
        if rows is None:
            return None
        active = presence.active_peers(rows)
        if expired := set(rows) - set(active):
            await self._execute(partial(presence.delete_peers, stream_id, expired))
        return active

    async def _execute(self, *commands: PipelineCommand) -> Any:
        """Send commands in one round trip.

        Return the last result, or None if Redis is unavailable.
        """
        if self._cooldown.is_active:
            return None
        async with self._redis.pipeline() as pipe:
            for command in commands:
                command(pipe)
            try:
                return (await pipe.execute())[-1]
            except (RedisError, OSError):
                self._cooldown.start()
                return None
