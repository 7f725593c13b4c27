"""Followers: functions that process a workspace's change feed, each with its own cursor.

A follower is a function `(workspace_id, sets) -> None` in an app's followers.py, decorated with
follows(). It must be idempotent, because it may get the same sets again after a worker died. A
large set arrives in several parts. A follower opens its own transactions.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import Error, connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from changes.log import first_page, page_of_set
from changes.models import ChangeSet, FollowerCursor
from changes.queries import feed_position
from core.advisory_locks import advisory_lock
from core.errors import Unavailable, is_unavailable
from core.tenancy import set_tenant_scope, tenant_scope

log = structlog.get_logger()
FollowerFunction = Callable[[UUID, list[dict[str, Any]]], None]
MAX_PAUSE_SECONDS = 60  # the longest pause after a failure
TURN_SECONDS = 0.5  # how long one workspace is processed before the next one in the queue
BATCH = 200  # change sets; a page also ends at 2,000 changes (changes/log.py)
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
    """A follower function. It gets the change sets that touch `types`, with only changes to `reads`."""

    function: FollowerFunction
    types: frozenset[str]
    reads: frozenset[str]

    def __call__(self, workspace_id: UUID, sets: list[dict[str, Any]]) -> None:
        self.function(workspace_id, sets)


# By the name of the function and its module, which also identifies the cursor: don't rename it.
FOLLOWERS: dict[str, Follower] = {}


def follows(
    *, types: AbstractSet[str], reads: AbstractSet[str] | None = None
) -> Callable[[FollowerFunction], Follower]:
    """Register a function as a follower of the change sets that touch these record types.

    The sets contain only changes to the types in `reads` (default: all of `types`).
    """

    def register(function: FollowerFunction) -> Follower:
        wanted = frozenset(types)
        follower = Follower(function, wanted, wanted if reads is None else frozenset(reads))
        FOLLOWERS[f"{function.__module__}.{function.__qualname__}"] = follower
        return follower

    return register


def workspaces_behind(
    workspace_ids: Iterable[UUID], followers: list[str] | None = None
) -> list[UUID]:
    """Return the workspaces with a follower that has not read the whole feed.

    Runs one query. Followers that are paused after a failure don't count.
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

    Return False if this takes longer than one turn. A follower that fails is paused, and doesn't
    stop the others; its error is logged. An outage of the database is raised at the end.
    """
    deadline = time.monotonic() + TURN_SECONDS
    done, outage = True, None
    for name in FOLLOWERS:
        try:
            done &= _run_follower(name, workspace_id, deadline)
        except Exception as error:  # whatever an app's follower raises must not stop the others
            if _is_outage(error):
                outage = error
            else:
                log.exception("follower_failed", follower=name, workspace=str(workspace_id))
    if outage:
        raise outage
    return done


def _is_outage(error: Exception) -> bool:
    return isinstance(error, Unavailable) or is_unavailable(error)


def _run_follower(name: str, workspace_id: UUID, deadline: float) -> bool:
    # Check again after releasing the lock. A worker that couldn't get the lock relies on this one to process
    # what was written in the meantime.
    while workspaces_behind([workspace_id], [name]):
        with advisory_lock(name, str(workspace_id), wait=False) as is_ours:
            if not is_ours:
                return True
            while _run_batch(name, workspace_id):
                if time.monotonic() > deadline:
                    return False
    return True


def _run_batch(name: str, workspace_id: UUID) -> bool:
    """Call the follower with its next sets of the feed. Return False at the end of the feed."""
    follower = FOLLOWERS[name]
    row = _cursor(name, workspace_id)
    sets, position, is_end = _next_page(follower, row)
    if not sets:
        _set_cursor(row, position=position, attempts=0)
        return False
    _set_cursor(row, attempts=row.attempts + 1, paused_until=None)
    if row.attempts >= MAX_ATTEMPTS:
        log.error("follower_skipped", follower=name, workspace=str(workspace_id), at=row.position)
    else:
        try:
            for part in _parts(workspace_id, sets, follower.reads):
                follower(workspace_id, part)
        except Exception as error:  # whatever it is: the follower is tried again later
            _record_failure(row, error)
            raise
    _set_cursor(row, position=position, attempts=0)
    return not is_end


def _next_page(follower: Follower, row: FollowerCursor) -> tuple[list[dict[str, Any]], int, bool]:
    """Return the follower's next sets, the position after them, and whether the feed ends there."""
    with tenant_scope([row.workspace_id]):
        end = feed_position(row.workspace_id)  # read before the sets, so that none is skipped
        found = ChangeSet.objects.filter(
            workspace_id=row.workspace_id,
            feed__gt=row.position,
            feed__lte=end,
            types__overlap=sorted(follower.types),
        )
        rows = list(found.order_by("feed")[:BATCH])
        sets = first_page(rows, follower.reads)
    if len(sets) < len(rows) or len(rows) == BATCH:
        return sets, sets[-1]["feed"], False
    return sets, end, True


def _parts(
    workspace_id: UUID, sets: list[dict[str, Any]], reads: frozenset[str]
) -> Iterator[list[dict[str, Any]]]:
    """Yield a page of sets unchanged or, if it is a single set larger than a page, in several parts."""
    if sets[0]["changes"] is not None:
        yield sets
        return
    (large,) = sets
    place = 0
    while True:
        with tenant_scope([workspace_id]):
            changes, place = page_of_set(workspace_id, UUID(large["id"]), place, reads)
        if not changes:
            return
        yield [large | {"changes": changes}]


def _record_failure(row: FollowerCursor, error: Exception) -> None:
    """Pause the follower, for longer after each failure. Database outages aren't counted."""
    with suppress(Error):
        if _is_outage(error):
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
