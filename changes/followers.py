"""Followers: each has a cursor in every workspace's log and catches up when the bell rings.

A follower is a function `(workspace_id, sets) -> None` that is decorated with follows() and named
in settings.FOLLOWERS. It may be called again with sets it has seen (a worker died), and with one
large set in several parts, so it must be safe to repeat.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from changes.log import page_of_set
from changes.models import FollowerCursor
from changes.queries import feed_since
from core.errors import Unavailable, is_unavailable
from core.tenancy import set_tenant_scope, tenant_scope

log = structlog.get_logger()
FollowerFunction = Callable[[UUID, list[dict[str, Any]]], None]
MAX_PAUSE_SECONDS = 60  # after a failure, before the same sets are tried again
TURN_SECONDS = 2.0  # of one workspace, before the others that wait have theirs
BATCH = 200
MAX_ATTEMPTS = 8  # attempts at one place in the log before the follower steps over it, loudly

BEHIND_SQL = """
SELECT DISTINCT feed.workspace_id
FROM changes_feedcounter feed CROSS JOIN unnest(%(followers)s::text[]) AS named(follower)
LEFT JOIN changes_followercursor c
    ON c.workspace_id = feed.workspace_id AND c.follower = named.follower
WHERE feed.position > coalesce(c.position, 0)
-- A pause that is too long is from before the clock was set back.
AND coalesce(c.paused_until NOT BETWEEN now() AND now() + %(max_pause)s, true)
"""


@dataclass(frozen=True)
class Follower:
    """What is called with change sets, and the record types whose changes it reads of them."""

    function: FollowerFunction
    types: frozenset[str]

    def __call__(self, workspace_id: UUID, sets: list[dict[str, Any]]) -> None:
        self.function(workspace_id, sets)


def follows(*types: str) -> Callable[[FollowerFunction], Follower]:
    """Make a function a follower. Its sets hold the changes of these record types only."""
    return lambda function: Follower(function, frozenset(types))


def workspaces_behind(
    workspace_ids: Iterable[UUID], followers: list[str] | None = None
) -> list[UUID]:
    """Return those of the workspaces whose log a follower has still to read. One query."""
    values: dict[str, Any] = {
        "followers": settings.FOLLOWERS if followers is None else followers,
        "max_pause": timedelta(seconds=MAX_PAUSE_SECONDS),
    }
    with tenant_scope(workspace_ids), connection.cursor() as cursor:
        cursor.execute(BEHIND_SQL, values)
        return [workspace_id for (workspace_id,) in cursor.fetchall()]


def run_followers(workspace_id: UUID) -> bool:
    """Bring the followers of a workspace to the end of its log, unless another worker does.

    Return False where there is more to do than fits in a turn. A follower that fails does not hold
    up the others; the first failure is raised at the end.
    """
    ending = time.monotonic() + TURN_SECONDS
    failures, done = [], True
    for path in settings.FOLLOWERS:
        try:
            done &= _run_follower(path, workspace_id, ending)
        except Exception as error:  # noqa: BLE001  (raised below)
            failures.append(error)
    if failures:
        raise failures[0]
    return done


def _run_follower(path: str, workspace_id: UUID, ending: float) -> bool:
    # Asked again after each lock: who rang meanwhile found it taken, and relies on this.
    while workspaces_behind([workspace_id], [path]):
        with _lock(path, workspace_id) as is_ours:
            if not is_ours:
                return True
            while _run_batch(path, workspace_id):
                if time.monotonic() > ending:
                    return False
    return True


@contextmanager
def _lock(path: str, workspace_id: UUID) -> Iterator[bool]:
    """Keep other workers off; False while another does. The lock ends with its connection."""
    keys = [path, str(workspace_id)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s), hashtext(%s))", keys)
        (is_ours,) = cursor.fetchone()
    try:
        yield is_ours
    finally:
        if is_ours:
            with suppress(Error), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s), hashtext(%s))", keys)


def _run_batch(path: str, workspace_id: UUID) -> bool:
    """Give the follower what comes next in the log; False at its end."""
    follower: Follower = import_string(path)
    row = _cursor(path, workspace_id)
    with tenant_scope([workspace_id]):
        sets = feed_since(workspace_id, row.position, BATCH, follower.types)
    if not sets:
        return False
    _set_cursor(row, attempts=row.attempts + 1, paused_until=None)
    if row.attempts >= MAX_ATTEMPTS:
        log.error("follower_skipped", follower=path, workspace=str(workspace_id), at=row.position)
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
    """Yield a page of sets at once, or a set that is larger than a page in several parts."""
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
    """Let the follower rest, longer each time; an outage of the database is no failure of it."""
    with suppress(Error):
        if isinstance(error, Unavailable) or is_unavailable(error):
            _set_cursor(row, attempts=F("attempts") - 1)
        else:
            pause = timedelta(seconds=min(2 ** (row.attempts + 1), MAX_PAUSE_SECONDS))
            _set_cursor(row, paused_until=Now() + pause)


def _cursor(path: str, workspace_id: UUID) -> FollowerCursor:
    with transaction.atomic(durable=True):
        set_tenant_scope([workspace_id])
        return FollowerCursor.objects.get_or_create(follower=path, workspace_id=workspace_id)[0]


def _set_cursor(row: FollowerCursor, **changes: Any) -> None:
    with transaction.atomic(durable=True):
        set_tenant_scope([row.workspace_id])
        FollowerCursor.objects.filter(pk=row.pk).update(**changes)
