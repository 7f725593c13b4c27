"""Publish commits to sockets (through Redis) and followers (through Celery).

Best effort: clients detect gaps and poll, and a periodic sweep finds followers that are behind.
"""

import contextlib
import json
from typing import Any
from uuid import UUID

import redis
import structlog
from celery import current_app
from kombu.exceptions import OperationalError

from core.redis_client import Cooldown, get_redis

log = structlog.get_logger()
MAX_PUBLISHED_BYTES = 256 * 1024  # per set; clients pull the changes of a larger one
SWEEP_KEY = "cxmap:swept"
SWEEP_TTL_SECONDS = 3600
QUEUED_TTL_SECONDS = 60  # after this, a task that never started may be queued again

cooldown = Cooldown()


def stream_channel(stream_id: UUID) -> str:
    return f"cxmap:stream:{stream_id}"


def publish_change_sets(workspace_id: UUID, sets: list[dict[str, Any]]) -> None:
    """Publish committed change sets and queue the followers. Failures are logged, not raised."""
    if cooldown.is_active:
        return
    try:
        pipeline = get_redis().pipeline(transaction=False)
        for change_set in sets:
            pipeline.publish(stream_channel(UUID(change_set["stream"])), _to_message(change_set))
        pipeline.set(_queued_key(workspace_id), 1, nx=True, ex=QUEUED_TTL_SECONDS)
        *_, is_first = pipeline.execute()
        if is_first:
            _send_follow(workspace_id)
    except (redis.RedisError, OperationalError) as error:
        cooldown.start()
        log.warning("announce_failed", workspace=str(workspace_id), error=str(error))


def _to_message(change_set: dict[str, Any]) -> str:
    text = json.dumps(change_set)
    return text if len(text) <= MAX_PUBLISHED_BYTES else json.dumps(change_set | {"changes": None})


# -- followers: at most one task per workspace is queued, so that no workspace can fill the queue


def queue_followers(workspace_id: UUID, *, again: bool = False) -> None:
    """Queue a task that brings a workspace's followers up to date, unless one is queued already.

    With `again`, queue one in any case, because the earlier one may have been lost.
    """
    if get_redis().set(_queued_key(workspace_id), 1, nx=not again, ex=QUEUED_TTL_SECONDS):
        _send_follow(workspace_id)


def _send_follow(workspace_id: UUID) -> None:
    current_app.send_task(
        "changes.tasks.follow", args=[str(workspace_id)], retry=False, ignore_result=True
    )


def mark_followers_started(workspace_id: UUID) -> None:
    """Allow the next task to be queued.

    Call this before reading the log, so that no commit is missed.
    """
    with contextlib.suppress(redis.RedisError):  # the sweep queues a task in any case
        get_redis().delete(_queued_key(workspace_id))


def record_sweep() -> None:
    """Record that a sweep has just looked for followers that are behind."""
    get_redis().set(SWEEP_KEY, 1, ex=SWEEP_TTL_SECONDS)


def seconds_since_sweep() -> int | None:
    """Return the seconds since the last sweep, or None if it was more than an hour ago."""
    ttl = get_redis().ttl(SWEEP_KEY)
    return SWEEP_TTL_SECONDS - ttl if ttl >= 0 else None


def _queued_key(workspace_id: UUID) -> str:
    return f"cxmap:bell:{workspace_id}"
