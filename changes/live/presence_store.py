"""Presence over all processes, for the sockets of this one: kept in Redis, told by Redis."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from changes.live import presence
from changes.live.client_socket import ClientSocket

COOLDOWN_SECONDS = 5.0  # seconds that Redis is left alone after it did not answer

PipelineCommand = Callable[[Any], None]


class PresenceStore:
    """What is asked while Redis is away is answered with None; nobody waits for it twice."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._quiet_until = 0.0

    async def join(self, socket: ClientSocket) -> None:
        """Show somebody to the others."""
        socket.is_shown = True
        await self._execute(partial(presence.announce, socket.session.journey_id, socket.peer))

    async def update(self, socket: ClientSocket, look: dict[str, Any]) -> None:
        """Show the others where somebody looks now."""
        socket.presence = look
        await self._execute(partial(presence.announce, socket.session.journey_id, socket.peer))

    async def leave(self, socket: ClientSocket) -> None:
        """Take somebody away; the others are told unless they were never shown this window."""
        journey_id, name = socket.session.journey_id, socket.connection_id
        if socket.is_shown:
            await self._execute(partial(presence.announce_left, journey_id, name))
        else:
            await self._execute(partial(presence.delete_peers, journey_id, [name]))

    async def refresh(
        self, journey_id: UUID, peers: list[presence.Peer]
    ) -> dict[str, presence.Peer] | None:
        """Keep ours there; return who is."""
        return await self._list_after(journey_id, partial(presence.refresh, journey_id, peers))

    async def _list_after(
        self, journey_id: UUID, fill: PipelineCommand
    ) -> dict[str, presence.Peer] | None:
        rows = await self._execute(fill, partial(presence.request_all, journey_id))
        if rows is None:
            return None
        there = presence.active_peers(rows)
        if gone := set(rows) - set(there):
            await self._execute(partial(presence.delete_peers, journey_id, gone))
        return there

    async def _execute(self, *fills: PipelineCommand) -> Any:
        """Send commands at once; return the last answer, None while Redis does not give one."""
        if time.monotonic() < self._quiet_until:
            return None
        async with self._redis.pipeline() as pipe:
            for fill in fills:
                fill(pipe)
            try:
                return (await pipe.execute())[-1]
            except (RedisError, OSError):
                self._quiet_until = time.monotonic() + COOLDOWN_SECONDS
                return None
