"""The one Redis subscription of a process: what it follows, and whether Redis has said so."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

log = structlog.get_logger()
CONFIRM_TIMEOUT = 1.0  # seconds for Redis to say that it listens
RECONNECT_DELAY = 0.5  # before it is asked again


class RedisSubscription:
    """Calls `hear(channel, text)` for each message, and `lose()` when Redis has gone away."""

    def __init__(
        self, redis: Redis, hear: Callable[[str, str], None], lose: Callable[[], None]
    ) -> None:
        self._redis, self._on_message, self._on_disconnect = redis, hear, lose
        self._wanted: set[str] = set()
        self._requested: set[str] = set()
        self._confirmed: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._pubsub: PubSub | None = None
        self._lock = asyncio.Lock()

    async def follow(self, *channels: str) -> None:
        """Return when Redis listens to all of them, or has not said so in time."""
        self._wanted.update(channels)
        await self._sync()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CONFIRM_TIMEOUT):
                for one in channels:
                    await self._confirmed[one].wait()

    async def unfollow(self, *channels: str) -> None:
        self._wanted.difference_update(channels)
        await self._sync()

    def is_subscribed(self, *channels: str) -> bool:
        return all(self._confirmed[one].is_set() for one in channels)

    async def run(self) -> None:
        """Listen, and begin again after a failure, until cancelled."""
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
        """Bring what Redis was asked for to what is wanted; while away, run_audit() will."""
        async with self._lock:
            if self._pubsub is None:
                return
            wanted = set(self._wanted)
            with contextlib.suppress(RedisError, OSError):  # run_audit() sees it too
                if new := wanted - self._requested:
                    await self._pubsub.subscribe(*new)
                if old := self._requested - wanted:
                    for one in old:
                        self._confirmed.pop(one, None)
                    await self._pubsub.unsubscribe(*old)
                self._requested = wanted
