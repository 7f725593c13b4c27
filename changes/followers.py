"""Followers: each holds a cursor in every workspace's log and catches up when the bell rings.

A follower is a function `(workspace_id, sets) -> None` named in settings.FOLLOWERS. It may be
called again with sets it has seen (a worker died, or took longer than its lease), so it must be
safe to repeat.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from changes.models import Cursor
from changes.queries import feed_since
from changes.tenancy import allow, tenant

log = structlog.get_logger()
Follower = Callable[[UUID, list[dict[str, Any]]], None]
LEASE = timedelta(seconds=30)  # renewed at each batch; who dies with it holds nobody up for long
BATCH = 200
POISON = 8  # attempts at one place in the log before the follower steps over it, loudly


def catch_up(workspace_id: UUID) -> None:
    """Bring every follower of a workspace to the end of its log, unless another worker does."""
    for path in settings.FOLLOWERS:
        if _claim(path, workspace_id):
            try:
                _follow(path, import_string(path), workspace_id)
            finally:
                _cursors(path, workspace_id, claimed_until=None)


def _follow(path: str, follower: Follower, workspace_id: UUID) -> None:
    while True:
        position = _position(path, workspace_id)
        with tenant([workspace_id]):
            sets = feed_since(workspace_id, position, BATCH)
        if not sets:
            return
        _cursors(path, workspace_id, attempts=F("attempts") + 1, claimed_until=Now() + LEASE)
        if _attempts(path, workspace_id) > POISON:
            log.error("follower_skipped", follower=path, workspace=str(workspace_id), at=position)
        else:
            follower(workspace_id, sets)
        _cursors(path, workspace_id, position=sets[-1]["feed"], attempts=0)


def _claim(path: str, workspace_id: UUID) -> bool:
    """Take the lease; False while another worker holds it."""
    with transaction.atomic(durable=True):
        allow([workspace_id])
        Cursor.objects.get_or_create(follower=path, workspace_id=workspace_id)
        free = Q(claimed_until=None) | Q(claimed_until__lt=Now())
        mine = Cursor.objects.filter(free, follower=path, workspace_id=workspace_id)
        return bool(mine.update(claimed_until=Now() + LEASE))


def _cursors(path: str, workspace_id: UUID, **changes: Any) -> None:
    with transaction.atomic(durable=True):
        allow([workspace_id])
        Cursor.objects.filter(follower=path, workspace_id=workspace_id).update(**changes)


def _position(path: str, workspace_id: UUID) -> int:
    with tenant([workspace_id]):
        return Cursor.objects.values_list("position", flat=True).get(
            follower=path, workspace_id=workspace_id
        )


def _attempts(path: str, workspace_id: UUID) -> int:
    with tenant([workspace_id]):
        return Cursor.objects.values_list("attempts", flat=True).get(
            follower=path, workspace_id=workspace_id
        )
