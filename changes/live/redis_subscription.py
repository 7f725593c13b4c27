"""The Redis subscription of a process, and which of its channels Redis has confirmed."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

log = structlog.get_logger()
CONFIRM_TIMEOUT = 1.0  # seconds to wait for Redis to confirm a subscription
RECONNECT_DELAY = 0.5  # seconds before reconnecting


class RedisSubscription:
    """Follows Redis channels for a process, and reconnects when the connection is lost.

    Calls `on_message(channel, text)` for each message, and `on_disconnect()` when the connection is
    lost.
    """

    def __init__(
        self,
        redis: Redis,
        on_message: Callable[[str, str], None],
        on_disconnect: Callable[[], None],
    ) -> None:
        self._redis, self._on_message, self._on_disconnect = redis, on_message, on_disconnect
        self._wanted: set[str] = set()
        self._requested: set[str] = set()
        self._confirmed: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._pubsub: PubSub | None = None
        self._lock = asyncio.Lock()

    async def follow(self, *channels: str) -> None:
        """Subscribe. Return when Redis has confirmed all channels, or after a timeout."""
        self._wanted.update(channels)
        await self._sync()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CONFIRM_TIMEOUT):
                for channel in channels:
                    await self._confirmed[channel].wait()

    async def unfollow(self, *channels: str) -> None:
        self._wanted.difference_update(channels)
        await self._sync()

    def is_subscribed(self, *channels: str) -> bool:
        return all(self._confirmed[channel].is_set() for channel in channels)

    async def run(self) -> None:
        """Receive messages until cancelled. Reconnect after a failure."""
        while True:
            pubsub = self._redis.pubsub()
            try:
                async with self._lock:
                    self._requested = set(self._wanted)
                    await pubsub.subscribe(*self._requested)
                    self._pubsub = pubsub
                async for message in pubsub.listen():
                    if message["type"] == "subscribe":
                        self._confirmed[message["channel"]].set()
                    elif message["type"] == "message":
                        self._on_message(message["channel"], message["data"])
            except (RedisError, OSError) as error:
                if self._pubsub is not None:
                    log.warning("live_without_redis", error=str(error))
            finally:
                self._pubsub = None
                self._confirmed.clear()
                await pubsub.aclose()  # type: ignore[no-untyped-call]
            self._on_disconnect()
            await asyncio.sleep(RECONNECT_DELAY)

    async def _sync(self) -> None:
        """Subscribe to the wanted channels, and unsubscribe from channels that are no longer wanted.

        Does nothing while disconnected, because run() subscribes to all channels when it
        reconnects.
        """
        async with self._lock:
            if self._pubsub is None:
                return
            wanted = set(self._wanted)
            with contextlib.suppress(RedisError, OSError):  # run() gets the error too
                if new := wanted - self._requested:
                    await self._pubsub.subscribe(*new)
                if old := self._requested - wanted:
                    for channel in old:
                        self._confirmed.pop(channel, None)
                    await self._pubsub.unsubscribe(*old)
                self._requested = wanted
