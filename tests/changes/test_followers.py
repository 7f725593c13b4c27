"""Followers: locking between workers, failures, and fairness between workspaces."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError, connection, connections
from django.db.models.functions import Now

from changes import followers, log, tasks
from changes.followers import Follower, run_followers, workspaces_behind
from changes.models import FollowerCursor
from changes.publish import QUEUED_TTL_SECONDS, mark_followers_started, queue_followers
from core.advisory_locks import advisory_lock
from core.redis_client import get_redis
from core.tenancy import tenant_scope
from cxmap.celery import app
from tests.support.factories import SampleWorld

REGISTERED = followers.FOLLOWERS
PATH = "tests.changes.test_followers.note"
OTHER = "tests.changes.test_followers.fail"
noted: list[dict[str, Any]] = []
failure: list[Exception] = []


def note(workspace_id: UUID, sets: list[dict[str, Any]]) -> None:
    noted.extend(sets)


def fail(workspace_id: UUID, sets: list[dict[str, Any]]) -> None:
    if failure:
        raise failure[0]


TYPES = frozenset({"stage", "department"})
FOLLOWERS = {PATH: Follower(note, TYPES, frozenset({"stage"})), OTHER: Follower(fail, TYPES, TYPES)}


def register(monkeypatch: Any, *names: str) -> None:
    """Let these be the only followers, in this order."""
    monkeypatch.setattr(followers, "FOLLOWERS", {name: FOLLOWERS[name] for name in names})


@pytest.fixture(autouse=True)
def only_this_follower(monkeypatch: Any) -> None:
    register(monkeypatch, PATH)
    noted.clear()
    failure.clear()


@pytest.fixture
def queue(world: SampleWorld) -> Any:
    """Return a function that empties the queue and returns the world's workspaces in it, in order.

    The server of an earlier browser test may still queue others.
    """
    ours = {world.acme.id, world.twin.id}
    with app.connection_for_read() as broker:
        channel = broker.default_channel
        channel.queue_purge("bell")
        yield lambda: [
            workspace_id
            for _ in range(channel._size("bell"))
            if (workspace_id := message_of(channel)) in ours
        ]
        channel.queue_purge("bell")


def message_of(channel: Any) -> UUID:
    (workspace_id,), *_ = channel.basic_get("bell", no_ack=True).decode()
    return UUID(workspace_id)


def places() -> list[int]:
    return [one["feed"] for one in noted]


def cursor(world: SampleWorld, follower: str = PATH, **changes: Any) -> FollowerCursor:
    with tenant_scope([world.acme.id]):
        found = FollowerCursor.objects.get(follower=follower, workspace_id=world.acme.id)
    if changes:
        followers._set_cursor(found, **changes)
    return found


def test_it_reads_on_where_it_was(world: SampleWorld, monkeypatch: Any) -> None:
    monkeypatch.setattr(followers, "BATCH", 1)
    assert run_followers(world.acme.id)
    assert places() == [1, 2]
    assert run_followers(world.acme.id)
    assert places() == [1, 2]
    assert workspaces_behind([world.acme.id]) == []


def test_it_gets_the_sets_of_its_types_and_a_large_set_in_parts(
    world: SampleWorld, monkeypatch: Any
) -> None:
    run_followers(world.acme.id)
    noted.clear()
    monkeypatch.setattr(log, "MAX_PAGE_CHANGES", 2)
    stage = {"op": "add", "type": "stage", "fields": {"title": "x"}}
    (written,) = world.acme.edit(*[stage] * 5).sets
    world.acme.direct({"op": "add", "type": "persona", "fields": {"name": "Nina"}})
    world.acme.direct({"op": "add", "type": "department", "fields": {"name": "Stores"}})
    world.acme.direct({"op": "add", "type": "persona", "fields": {"name": "Tim"}})
    assert run_followers(world.acme.id)
    stages = [change for change in written["changes"] if change["type"] == "stage"]
    assert [one["changes"] for one in noted] == [stages[:2], stages[2:4], stages[4:], []]
    assert workspaces_behind([world.acme.id]) == []


def test_a_worker_at_it_is_left_alone_and_one_that_died_is_replaced_at_once(
    world: SampleWorld,
) -> None:
    held, ended = threading.Event(), threading.Event()
    backends: list[int] = []

    def work() -> None:
        with (
            advisory_lock(PATH, str(world.acme.id), wait=False) as is_ours,
            connection.cursor() as raw,
        ):
            assert is_ours
            raw.execute("SELECT pg_backend_pid()")
            backends.append(raw.fetchone()[0])
            held.set()
            ended.wait(30)
        connections.close_all()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        assert held.wait(30)
        assert run_followers(world.acme.id)
        assert noted == []
        with connection.cursor() as raw:
            raw.execute("SELECT pg_terminate_backend(%s, 10000)", backends)
        assert run_followers(world.acme.id)
        assert places() == [1, 2]
    finally:
        ended.set()
        worker.join()


def test_one_that_fails_holds_up_no_other_rests_and_is_stepped_over_at_last(
    world: SampleWorld, monkeypatch: Any
) -> None:
    register(monkeypatch, OTHER, PATH)
    failure.append(ValueError("a mistake"))
    assert run_followers(world.acme.id)
    assert places() == [1, 2]
    assert workspaces_behind([world.acme.id]) == [], "it rests"
    cursor(world, OTHER, paused_until=Now() + timedelta(hours=1))
    assert workspaces_behind([world.acme.id]) == [world.acme.id], "the clock was set back"
    cursor(world, OTHER, paused_until=None, attempts=followers.MAX_ATTEMPTS)
    assert run_followers(world.acme.id)
    assert workspaces_behind([world.acme.id]) == []


def test_a_follower_that_fails_in_every_turn_delays_no_other(
    world: SampleWorld, queue: Any, monkeypatch: Any
) -> None:
    register(monkeypatch, OTHER, PATH)
    monkeypatch.setattr(followers, "BATCH", 1)
    monkeypatch.setattr(followers, "TURN_SECONDS", 0)
    monkeypatch.setattr(followers, "MAX_PAUSE_SECONDS", 0)  # it fails in every turn
    failure.append(ValueError("a mistake"))
    queue_followers(world.acme.id, again=True)
    for expected in ([1], [1, 2]):
        assert queue() == [world.acme.id]
        tasks.follow_workspace(str(world.acme.id))
        assert places() == expected
    assert cursor(world, OTHER).attempts == 2


def test_an_outage_is_no_failure_of_a_follower(world: SampleWorld, monkeypatch: Any) -> None:
    register(monkeypatch, OTHER, PATH)
    failure.append(OperationalError("gone"))
    for _ in range(followers.MAX_ATTEMPTS + 1):
        with pytest.raises(OperationalError):
            run_followers(world.acme.id)
    assert places() == [1, 2]
    assert cursor(world, OTHER).attempts == 0
    assert workspaces_behind([world.acme.id]) == [world.acme.id]


def test_many_writes_ring_once_until_the_bell_is_answered(world: SampleWorld, queue: Any) -> None:
    mark_followers_started(world.acme.id)
    for title in "abc":
        world.acme.edit({"op": "add", "type": "stage", "fields": {"title": title}})
    assert queue() == [world.acme.id]
    tasks.follow_workspace(str(world.acme.id))
    assert noted[-1]["changes"][0]["after"]["title"] == "c"
    world.acme.edit({"op": "add", "type": "stage", "fields": {"title": "d"}})
    assert queue() == [world.acme.id]


def test_a_workspace_with_much_to_do_queues_behind_the_others(
    world: SampleWorld, queue: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(followers, "BATCH", 1)
    monkeypatch.setattr(followers, "TURN_SECONDS", 0)
    queue_followers(world.acme.id, again=True)
    queue_followers(world.twin.id, again=True)
    assert queue() == [world.acme.id, world.twin.id]
    tasks.follow_workspace(str(world.acme.id))
    assert places() == [1]
    assert queue() == [world.acme.id]
    tasks.follow_workspace(str(world.acme.id))
    assert places() == [1, 2]


def test_the_sweep_rings_for_who_is_behind_even_where_a_bell_was_lost(
    world: SampleWorld, queue: Any
) -> None:
    queue_followers(world.acme.id, again=True)
    assert 0 < get_redis().ttl(f"cxmap:bell:{world.acme.id}") <= QUEUED_TTL_SECONDS
    queue()
    run_followers(world.twin.id)
    tasks.follow_all_workspaces()
    rung = queue()
    assert world.acme.id in rung and world.twin.id not in rung


def test_every_app_with_a_follower_registers_it() -> None:
    assert list(REGISTERED) == [
        "storyboards.followers.render_changed_personas",
        "ownership.followers.audit_changed_journeys",
        "ownership.followers.keep_spells",
        "webhooks.followers.write_deliveries",
        "notifications.followers.update_notices",
        "journey_templates.followers.draw_template_boards",
    ]
