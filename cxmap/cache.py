"""Redis as a cache that may be away: reads miss, writes are dropped, and it is logged."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger()


def _forgiving(method: Callable[..., Any], missing: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def call(self: "ForgivingRedis", *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        except RedisError as error:
            log.warning("cache_away", error=str(error))
            return missing(*args, **kwargs)

    return call


class ForgivingRedis(RedisCache):
    """Nothing that matters is kept only here, so its absence is no error."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {"socket_timeout": 0.25, "socket_connect_timeout": 0.25}
        super().__init__(server, {**params, "OPTIONS": options})

    get = _forgiving(RedisCache.get, lambda key, default=None, version=None: default)
    set = _forgiving(RedisCache.set, lambda *args, **kwargs: None)
    add = _forgiving(RedisCache.add, lambda *args, **kwargs: True)
    delete = _forgiving(RedisCache.delete, lambda *args, **kwargs: False)
    touch = _forgiving(RedisCache.touch, lambda *args, **kwargs: False)
