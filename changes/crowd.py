"""Presence over all processes, for the sockets of this one: kept in Redis, told by Redis."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from changes import presence
from changes.sockets import Socket

REST = 5.0  # seconds that Redis is left alone after it did not answer

Fill = Callable[[Any], None]


class Crowd:
    """What is asked while Redis is away is answered with None; nobody waits for it twice."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._quiet_until = 0.0

    async def arrive(self, socket: Socket) -> None:
        """Show somebody to the others."""
        socket.is_shown = True
        await self._ask(partial(presence.show, socket.entry.journey_id, socket.peer))

    async def move(self, socket: Socket, look: dict[str, Any]) -> None:
        """Show the others where somebody looks now."""
        socket.look = look
        await self._ask(partial(presence.show, socket.entry.journey_id, socket.peer))

    async def leave(self, socket: Socket) -> None:
        """Take somebody away; the others are told unless they were never shown this window."""
        journey_id, name = socket.entry.journey_id, socket.c
        if socket.is_shown:
            await self._ask(partial(presence.leave, journey_id, name))
        else:
            await self._ask(partial(presence.forget, journey_id, [name]))

    async def stay(
        self, journey_id: UUID, peers: list[presence.Peer]
    ) -> dict[str, presence.Peer] | None:
        """Keep ours there; return who is."""
        return await self._who(journey_id, partial(presence.keep, journey_id, peers))

    async def _who(self, journey_id: UUID, fill: Fill) -> dict[str, presence.Peer] | None:
        rows = await self._ask(fill, partial(presence.look, journey_id))
        if rows is None:
            return None
        there = presence.present(rows)
        if gone := set(rows) - set(there):
            await self._ask(partial(presence.forget, journey_id, gone))
        return there

    async def _ask(self, *fills: Fill) -> Any:
        """Send commands at once; return the last answer, None while Redis does not give one."""
        if time.monotonic() < self._quiet_until:
            return None
        async with self._redis.pipeline() as pipe:
            for fill in fills:
                fill(pipe)
            try:
                return (await pipe.execute())[-1]
            except (RedisError, OSError):
                self._quiet_until = time.monotonic() + REST
                return None
