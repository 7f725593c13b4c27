"""Followers: functions that process a workspace's change feed, each with its own cursor.

A follower is a function `(workspace_id, sets) -> None` in an app's followers.py, decorated with
follows(). It must be idempotent, because it may get the same sets again after a worker died. A
large set arrives in several parts.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import Error, connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from changes.log import page_of_set
from changes.models import FollowerCursor
from changes.queries import feed_since
from core.errors import Unavailable, is_unavailable
from core.tenancy import set_tenant_scope, tenant_scope

log = structlog.get_logger()
FollowerFunction = Callable[[UUID, list[dict[str, Any]]], None]
MAX_PAUSE_SECONDS = 60  # the longest wait after a failure before the same sets are retried
TURN_SECONDS = 2.0  # how long one workspace is processed before the next one in the queue
BATCH = 200
MAX_ATTEMPTS = 8  # attempts at one position before it is skipped and an error is logged

BEHIND_SQL = """
SELECT DISTINCT feed.workspace_id
FROM changes_feedcounter feed CROSS JOIN unnest(%(followers)s::text[]) AS named(follower)
LEFT JOIN changes_followercursor c
    ON c.workspace_id = feed.workspace_id AND c.follower = named.follower
WHERE feed.position > coalesce(c.position, 0)
-- A longer pause was set before the clock was turned back.
AND coalesce(c.paused_until NOT BETWEEN now() AND now() + %(max_pause)s, true)
"""


@dataclass(frozen=True)
class Follower:
    """A registered function, and the record types whose changes it processes."""

    function: FollowerFunction
    types: frozenset[str]

    def __call__(self, workspace_id: UUID, sets: list[dict[str, Any]]) -> None:
        self.function(workspace_id, sets)


# By the name of the function and its module, which also identifies the cursor: don't rename it.
FOLLOWERS: dict[str, Follower] = {}


def follows(*types: str) -> Callable[[FollowerFunction], Follower]:
    """Register a function as a follower. It gets only the changes of these record types."""

    def register(function: FollowerFunction) -> Follower:
        follower = Follower(function, frozenset(types))
        FOLLOWERS[f"{function.__module__}.{function.__qualname__}"] = follower
        return follower

    return register


def workspaces_behind(
    workspace_ids: Iterable[UUID], followers: list[str] | None = None
) -> list[UUID]:
    """Return the workspaces where some follower has not read the feed to its end. One query.

    Followers that are paused after a failure don't count.
    """
    values: dict[str, Any] = {
        "followers": list(FOLLOWERS) if followers is None else followers,
        "max_pause": timedelta(seconds=MAX_PAUSE_SECONDS),
    }
    with tenant_scope(workspace_ids), connection.cursor() as cursor:
        cursor.execute(BEHIND_SQL, values)
        return [workspace_id for (workspace_id,) in cursor.fetchall()]


def run_followers(workspace_id: UUID) -> bool:
    """Bring a workspace's followers up to date, unless another worker is already doing so.

    Return False if this takes longer than one turn. A follower that fails doesn't stop the others.
    The first error is raised at the end.
    """
    deadline = time.monotonic() + TURN_SECONDS
    failures, done = [], True
    for name in FOLLOWERS:
        try:
            done &= _run_follower(name, workspace_id, deadline)
        except Exception as error:  # noqa: BLE001  (raised below)
            failures.append(error)
    if failures:
        raise failures[0]
    return done


def _run_follower(name: str, workspace_id: UUID, deadline: float) -> bool:
    # Check again after releasing the lock: a worker that found it taken relies on this one to
    # process what was written in the meantime.
    while workspaces_behind([workspace_id], [name]):
        with _lock(name, workspace_id) as is_ours:
            if not is_ours:
                return True
            while _run_batch(name, workspace_id):
                if time.monotonic() > deadline:
                    return False
    return True


@contextmanager
def _lock(name: str, workspace_id: UUID) -> Iterator[bool]:
    """Try to take a lock that one worker can hold at a time. Yield whether it was taken.

    The lock is released when its connection ends, so a crashed worker doesn't block others.
    """
    keys = [name, str(workspace_id)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s), hashtext(%s))", keys)
        (is_ours,) = cursor.fetchone()
    try:
        yield is_ours
    finally:
        if is_ours:
            with suppress(Error), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s), hashtext(%s))", keys)


def _run_batch(name: str, workspace_id: UUID) -> bool:
    """Call the follower with the next sets of the feed. Return False at the end of the feed."""
    follower = FOLLOWERS[name]
    row = _cursor(name, workspace_id)
    with tenant_scope([workspace_id]):
        sets = feed_since(workspace_id, row.position, BATCH, follower.types)
    if not sets:
        return False
    _set_cursor(row, attempts=row.attempts + 1, paused_until=None)
    if row.attempts >= MAX_ATTEMPTS:
        log.error("follower_skipped", follower=name, workspace=str(workspace_id), at=row.position)
    else:
        try:
            for part in _parts(workspace_id, sets, follower.types):
                follower(workspace_id, part)
        except Exception as error:
            _record_failure(row, error)
            raise
    _set_cursor(row, position=sets[-1]["feed"], attempts=0)
    return True


def _parts(
    workspace_id: UUID, sets: list[dict[str, Any]], types: frozenset[str]
) -> Iterator[list[dict[str, Any]]]:
    """Yield a page of sets as it is, or a set that is larger than a page in several parts."""
    if sets[0]["changes"] is not None:
        yield sets
        return
    (large,) = sets
    place = 0
    while True:
        with tenant_scope([workspace_id]):
            changes, place = page_of_set(UUID(large["id"]), place, types)
        if not changes:
            return
        yield [large | {"changes": changes}]


def _record_failure(row: FollowerCursor, error: Exception) -> None:
    """Pause the follower, for longer after each failure. Database outages aren't counted."""
    with suppress(Error):
        if isinstance(error, Unavailable) or is_unavailable(error):
            _set_cursor(row, attempts=F("attempts") - 1)
        else:
            pause = timedelta(seconds=min(2 ** (row.attempts + 1), MAX_PAUSE_SECONDS))
            _set_cursor(row, paused_until=Now() + pause)


def _cursor(name: str, workspace_id: UUID) -> FollowerCursor:
    with transaction.atomic(durable=True):
        set_tenant_scope([workspace_id])
        return FollowerCursor.objects.get_or_create(follower=name, workspace_id=workspace_id)[0]


def _set_cursor(row: FollowerCursor, **changes: Any) -> None:
    with transaction.atomic(durable=True):
        set_tenant_scope([row.workspace_id])
        FollowerCursor.objects.filter(pk=row.pk).update(**changes)
