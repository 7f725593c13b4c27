"""Redis clients, and a pause in using Redis after a failure."""

import time
from functools import cache
from typing import Any

import redis
from django.conf import settings
from redis.asyncio import Redis as AsyncRedis

TIMEOUT_SECONDS = 0.25  # no request waits longer for Redis
ASYNC_TIMEOUT_SECONDS = 1.0  # no request waits for the client of the event loop
COOLDOWN_SECONDS = 5.0


def create_redis(timeout_seconds: float) -> redis.Redis:
    """Return a new client. Commands raise RedisError after the timeout, without a retry."""
    return redis.Redis.from_url(settings.REDIS_URL, **_options(timeout_seconds))


@cache
def get_redis() -> redis.Redis:
    """Return the client shared by the threads of this process."""
    return create_redis(TIMEOUT_SECONDS)


def create_async_redis() -> AsyncRedis:
    """Return a new asyncio client. Like those of create_redis(), it doesn't retry."""
    return AsyncRedis.from_url(settings.REDIS_URL, **_options(ASYNC_TIMEOUT_SECONDS))


def _options(timeout_seconds: float) -> dict[str, Any]:
    return {
        "decode_responses": True,
        "socket_timeout": timeout_seconds,
        "socket_connect_timeout": timeout_seconds,
    }


class Cooldown:
    """A pause after a Redis failure, so that not every call has to wait for the timeout.

    The cache, the publisher and presence each have their own cooldown, so that one slow answer
    doesn't stop the others.
    """

    def __init__(self) -> None:
        self._ends_at = 0.0

    @property
    def is_active(self) -> bool:
        return time.monotonic() < self._ends_at

    def start(self) -> None:
        self._ends_at = time.monotonic() + COOLDOWN_SECONDS
