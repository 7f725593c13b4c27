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
TIMEOUT = 0.25  # seconds; no page waits longer for a cache
REST = 5.0  # seconds of memory after Redis did not answer: to sign in asks the cache a dozen times

_quiet_until = 0.0


def _either(name: str) -> Callable[..., Any]:
    def call(self: "ForgivingRedis", *args: Any, **kwargs: Any) -> Any:
        global _quiet_until
        if time.monotonic() >= _quiet_until:
            try:
                return getattr(RedisCache, name)(self, *args, **kwargs)
            except RedisError as error:
                _quiet_until = time.monotonic() + REST
                log.warning("cache_away", error=str(error))
        return getattr(self.spare, name)(*args, **kwargs)

    return call


class ForgivingRedis(RedisCache):
    """Nothing that matters is kept only here, so its absence is no error."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT}
        super().__init__(server, {**params, "OPTIONS": options})
        self.spare = LocMemCache("cache_away", params)

    get = _either("get")
    set = _either("set")
    add = _either("add")
    delete = _either("delete")
    touch = _either("touch")
    incr = _either("incr")
    has_key = _either("has_key")
    get_many = _either("get_many")
    set_many = _either("set_many")
    delete_many = _either("delete_many")
