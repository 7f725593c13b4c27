"""Redis as a cache that may be away: then this process's own memory serves, and it is logged.

So limits on signing in hold in either case (each process then counts for itself).
"""

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger()
TIMEOUT_SECONDS = 0.25  # seconds; no page waits longer for a cache
COOLDOWN_SECONDS = (
    5.0  # seconds of memory after Redis did not answer: to sign in asks the cache a dozen times
)
MAX_ENTRIES = 10_000  # entries in memory
MIRRORED_METHODS = frozenset({"set", "delete", "touch", "set_many", "delete_many"})

_unavailable_until = 0.0


def _with_fallback(name: str) -> Callable[..., Any]:
    def call(self: "FallbackRedisCache", *args: Any, **kwargs: Any) -> Any:
        global _unavailable_until
        if time.monotonic() >= _unavailable_until:
            try:
                result = getattr(RedisCache, name)(self, *args, **kwargs)
            except RedisError as error:
                _unavailable_until = time.monotonic() + COOLDOWN_SECONDS
                log.warning("cache_away", error=str(error))
            else:
                self.mirror(name, result, *args, **kwargs)
                return result
        return getattr(self.fallback, name)(*args, **kwargs)

    return call


class FallbackRedisCache(RedisCache):
    """Nothing that matters is kept only here, so its absence is no error.

    What this process writes to Redis it also keeps in memory, so that a limit does not start
    again from zero when Redis stops answering.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {"socket_timeout": TIMEOUT_SECONDS, "socket_connect_timeout": TIMEOUT_SECONDS}
        super().__init__(server, {**params, "OPTIONS": options})
        self.fallback = LocMemCache(
            "cache_away", {**params, "OPTIONS": {"MAX_ENTRIES": MAX_ENTRIES}}
        )

    def mirror(self, name: str, result: Any, *args: Any, **kwargs: Any) -> None:
        """Do to memory what was done to Redis."""
        if name == "add" and result:
            self.fallback.set(*args, **kwargs)
        elif name == "incr":
            try:
                self.fallback.incr(*args, **kwargs)
            except ValueError:  # begun by another process
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
