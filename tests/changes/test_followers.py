"""Followers: one worker at a time, and nobody waits long for one that died."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db.models.functions import Now

from changes import followers
from changes.models import Cursor
from changes.tenancy import tenant
from tests.world import World

PATH = "tests.changes.test_followers.note"
noted: list[tuple[int, Any]] = []  # place in the feed, end of the lease


def note(workspace_id: UUID, sets: list[dict[str, Any]]) -> None:
    noted.extend((one["feed"], cursor(workspace_id).claimed_until) for one in sets)


def cursor(workspace_id: UUID, **changes: Any) -> Cursor:
    with tenant([workspace_id]):
        found = Cursor.objects.get(follower=PATH, workspace_id=workspace_id)
    if changes:
        followers._cursors(PATH, workspace_id, **changes)
    return found


@pytest.fixture(autouse=True)
def only_this_follower(settings: Any, monkeypatch: Any) -> None:
    settings.FOLLOWERS = [PATH]
    monkeypatch.setattr(followers, "BATCH", 1)
    noted.clear()


def test_it_reads_on_where_it_was_and_renews_its_lease_at_each_batch(world: World):
    followers.catch_up(world.acme.id)
    places, leases = zip(*noted, strict=True)
    assert places == (1, 2)
    assert leases[0] < leases[1]
    followers.catch_up(world.acme.id)
    assert len(noted) == 2
    assert cursor(world.acme.id).claimed_until is None


def test_a_worker_that_holds_it_is_left_alone_and_one_that_died_is_replaced(world: World):
    followers.catch_up(world.acme.id)
    cursor(world.acme.id, position=0, claimed_until=Now() + timedelta(seconds=20))
    followers.catch_up(world.acme.id)
    assert len(noted) == 2
    cursor(world.acme.id, claimed_until=Now())
    followers.catch_up(world.acme.id)
    assert len(noted) == 4
