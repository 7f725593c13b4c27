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
MAX_KEPT = 10_000  # entries in memory
MIRRORED = frozenset({"set", "delete", "touch", "set_many", "delete_many"})

_quiet_until = 0.0


def _either(name: str) -> Callable[..., Any]:
    def call(self: "ForgivingRedis", *args: Any, **kwargs: Any) -> Any:
        global _quiet_until
        if time.monotonic() >= _quiet_until:
            try:
                result = getattr(RedisCache, name)(self, *args, **kwargs)
            except RedisError as error:
                _quiet_until = time.monotonic() + REST
                log.warning("cache_away", error=str(error))
            else:
                self.remember(name, result, *args, **kwargs)
                return result
        return getattr(self.spare, name)(*args, **kwargs)

    return call


class ForgivingRedis(RedisCache):
    """Nothing that matters is kept only here, so its absence is no error.

    What this process writes to Redis it also keeps in memory, so that a limit does not start
    again from zero when Redis stops answering.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT}
        super().__init__(server, {**params, "OPTIONS": options})
        self.spare = LocMemCache("cache_away", {**params, "OPTIONS": {"MAX_ENTRIES": MAX_KEPT}})

    def remember(self, name: str, result: Any, *args: Any, **kwargs: Any) -> None:
        """Do to memory what was done to Redis."""
        if name == "add" and result:
            self.spare.set(*args, **kwargs)
        elif name == "incr":
            try:
                self.spare.incr(*args, **kwargs)
            except ValueError:  # begun by another process
                self.spare.set(args[0], result)
        elif name in MIRRORED:
            getattr(self.spare, name)(*args, **kwargs)

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
