"""Redis clients: their timeouts, and the cooldown after a failure."""

import asyncio
import contextlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from core import redis_client
from core.ids import uuid7
from core.redis_client import Cooldown, create_async_redis, create_redis, get_redis


@pytest.fixture
def silent_redis(tmp_path: Path, settings: Any) -> Iterator[socket.socket]:
    """Return a server that accepts connections and never answers. REDIS_URL refers to it."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "redis"))
        server.listen()
        server.setblocking(False)
        settings.REDIS_URL = f"unix://{tmp_path}/redis"
        yield server


def count_connections(server: socket.socket) -> int:
    count = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            server.accept()[0].close()
            count += 1
    return count


def test_threads_share_a_client_that_reads_text() -> None:
    assert get_redis() is get_redis()
    key = f"test:{uuid7()}"
    get_redis().set(key, "é", ex=60)
    assert get_redis().get(key) == "é"


def test_the_event_loops_client_reads_text() -> None:
    async def read(key: str) -> Any:
        async with create_async_redis() as client:
            return await client.get(key)

    key = f"test:{uuid7()}"
    get_redis().set(key, "é", ex=60)
    assert asyncio.run(read(key)) == "é"


def test_a_client_gives_up_after_its_timeout_without_a_retry(silent_redis: socket.socket) -> None:
    with create_redis(timeout_seconds=0.05) as client, pytest.raises(redis.RedisError):
        client.ping()
    assert count_connections(silent_redis) == 1


def test_the_event_loops_client_gives_up_without_a_retry(
    silent_redis: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ping() -> None:
        async with create_async_redis() as client:
            await client.ping()

    monkeypatch.setattr(redis_client, "ASYNC_TIMEOUT_SECONDS", 0.05)
    with pytest.raises(redis.RedisError):
        asyncio.run(ping())
    assert count_connections(silent_redis) == 1


def test_a_cooldown_begins_with_a_failure() -> None:
    cooldown = Cooldown()
    assert not cooldown.is_active
    cooldown.start()
    assert cooldown.is_active


def test_a_cooldown_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_client, "COOLDOWN_SECONDS", 0.05)
    cooldown = Cooldown()
    cooldown.start()
    time.sleep(0.1)
    assert not cooldown.is_active
