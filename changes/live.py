"""Tell the outside of a commit: sockets by Redis, followers by Celery. A lost word is no loss."""

import json
import time
from typing import Any
from uuid import UUID

import redis
import structlog
from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError

log = structlog.get_logger()
REST = 5.0  # seconds of silence after Redis did not answer, so that no request waits for it twice

_client: redis.Redis | None = None
_quiet_until = 0.0


def channel(stream_id: UUID) -> str:
    return f"cxmap:stream:{stream_id}"


def client() -> redis.Redis:
    """Return this process's connections to Redis, which nobody waits for long."""
    global _client
    if _client is None:
        _client = redis.Redis.from_url(
            settings.REDIS_URL,
            decode_responses=True,
            socket_timeout=0.25,
            socket_connect_timeout=0.25,
        )
    return _client


def announce(workspace_id: UUID, sets: list[dict[str, Any]]) -> None:
    """Publish committed change sets and ring the followers' bell; log and swallow a failure.

    What is missed here is found by pulling `changes?since=` and by the sweep.
    """
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    try:
        for one in sets:
            client().publish(channel(UUID(one["stream"])), json.dumps(one))
        current_app.send_task(
            "changes.tasks.follow", args=[str(workspace_id)], retry=False, ignore_result=True
        )
    except (redis.RedisError, OperationalError) as error:
        _quiet_until = time.monotonic() + REST
        log.warning("announce_failed", workspace=str(workspace_id), error=str(error))
