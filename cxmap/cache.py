"""Redis cache that falls back to process memory while Redis is unavailable.

Rate limits for sign-ins therefore keep working, although each process then counts on its own.
"""

from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from core.redis_client import TIMEOUT_SECONDS, Cooldown

log = structlog.get_logger()
MAX_ENTRIES = 10_000  # entries in memory
MIRRORED_METHODS = frozenset({"set", "delete", "touch", "set_many", "delete_many"})

cooldown = Cooldown()  # one sign-in makes a dozen cache calls


def _with_fallback(name: str) -> Callable[..., Any]:
    def call(self: "FallbackRedisCache", *args: Any, **kwargs: Any) -> Any:
        if not cooldown.is_active:
            try:
                result = getattr(RedisCache, name)(self, *args, **kwargs)
            except RedisError as error:
                cooldown.start()
                log.warning("cache_unavailable", error=str(error))
            else:
                self.mirror(name, result, *args, **kwargs)
                return result
        return getattr(self.fallback, name)(*args, **kwargs)

    return call


class FallbackRedisCache(RedisCache):
    """Redis cache that falls back to process memory during an outage instead of raising.

    Only for data that may be lost. Writes to Redis are also made in memory, so that a rate limit
    doesn't start again from zero when Redis stops answering.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {"socket_timeout": TIMEOUT_SECONDS, "socket_connect_timeout": TIMEOUT_SECONDS}
        super().__init__(server, {**params, "OPTIONS": options})
        self.fallback = LocMemCache(
            "cache_away", {**params, "OPTIONS": {"MAX_ENTRIES": MAX_ENTRIES}}
        )

    def mirror(self, name: str, result: Any, *args: Any, **kwargs: Any) -> None:
        """Repeat a successful Redis write in the in-memory fallback."""
        if name == "add" and result:
            self.fallback.set(*args, **kwargs)
        elif name == "incr":
            try:
                self.fallback.incr(*args, **kwargs)
            except ValueError:  # created by another process
                self.fallback.set(args[0], result)
        elif name in MIRRORED_METHODS:
            getattr(self.fallback, name)(*args, **kwargs)

    get = _with_fallback("get")
    set = _with_fallback("set")
    add = _with_fallback("add")
    delete = _with_fallback("delete")
    touch = _with_fallback("touch")
    incr = _with_fallback("incr")
    has_key = _with_fallback("has_key")
    get_many = _with_fallback("get_many")
    set_many = _with_fallback("set_many")
    delete_many = _with_fallback("delete_many")
