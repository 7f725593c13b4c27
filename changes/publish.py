"""Tell the outside of a commit: sockets by Redis, followers by Celery. A lost word is no loss."""

import contextlib
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
MAX_PUBLISHED_BYTES = 256 * 1024  # of one set; who follows the stream pulls a larger one
COOLDOWN_SECONDS = (
    5.0  # seconds of silence after Redis did not answer, so that no request waits for it twice
)
SWEEP_KEY = "cxmap:swept"
SWEEP_TTL_SECONDS = 3600
QUEUED_TTL_SECONDS = 60  # then a bell that nobody answered rings again

_client: redis.Redis | None = None
_unavailable_until = 0.0


def stream_channel(stream_id: UUID) -> str:
    return f"cxmap:stream:{stream_id}"


def get_redis() -> redis.Redis:
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


def publish_change_sets(workspace_id: UUID, sets: list[dict[str, Any]]) -> None:
    """Publish committed change sets and ring the followers' bell; log and swallow a failure.

    What is missed here is found by pulling `changes?since=` and by the sweep.
    """
    global _unavailable_until
    if time.monotonic() < _unavailable_until:
        return
    try:
        for one in sets:
            get_redis().publish(stream_channel(UUID(one["stream"])), _to_message(one))
        queue_followers(workspace_id)
    except (redis.RedisError, OperationalError) as error:
        _unavailable_until = time.monotonic() + COOLDOWN_SECONDS
        log.warning("announce_failed", workspace=str(workspace_id), error=str(error))


def _to_message(one: dict[str, Any]) -> str:
    text = json.dumps(one)
    return text if len(text) <= MAX_PUBLISHED_BYTES else json.dumps(one | {"changes": None})


# -- the bell: at most one waits for each workspace, so that no workspace can fill the queue


def queue_followers(workspace_id: UUID, *, again: bool = False) -> None:
    """Ask a worker to bring the followers of a workspace up to date, unless one is asked already.

    With `again` in any case: the one that was asked may have been lost.
    """
    if get_redis().set(_queued_key(workspace_id), 1, nx=not again, ex=QUEUED_TTL_SECONDS):
        current_app.send_task(
            "changes.tasks.follow", args=[str(workspace_id)], retry=False, ignore_result=True
        )


def mark_followers_started(workspace_id: UUID) -> None:
    """Let the bell ring again. Call it before reading the log, so that no ring is lost."""
    with contextlib.suppress(redis.RedisError):  # the sweep rings in any case
        get_redis().delete(_queued_key(workspace_id))


def record_sweep() -> None:
    """Note that a sweep has just looked for followers behind."""
    get_redis().set(SWEEP_KEY, 1, ex=SWEEP_TTL_SECONDS)


def seconds_since_sweep() -> int | None:
    """Return how long ago that was, or None where it is long ago. By Redis's own count of time."""
    left = get_redis().ttl(SWEEP_KEY)
    return SWEEP_TTL_SECONDS - left if left >= 0 else None


def _queued_key(workspace_id: UUID) -> str:
    return f"cxmap:bell:{workspace_id}"
