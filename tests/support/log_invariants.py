"""The invariants of the log, checked on every write inside `checking_log()`."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import redis
from django.conf import settings

from changes.log import page_of_set
from changes.models import ChangeSet, Stream, from_log, record_types
from changes.publish import stream_channel
from changes.queries import feed_position, feed_since, sets_since, snapshot
from changes.services import AlreadyRecorded, change_set, undo
from changes.undo import sets_of_gesture
from core.ids import uuid7
from core.tenancy import tenant_scope
from workspaces.access import system_actor

RETRIES = 5  # how many gestures of a block are sent again
State = dict[tuple[str, str], dict[str, Any]]


@dataclass(frozen=True)
class WorkspaceState:
    """How far a workspace's log has got, and what is in each of its streams."""

    position: int = 0
    versions: dict[UUID, int] = field(default_factory=dict)
    states: dict[UUID, State] = field(default_factory=dict)


def current_state(workspace_id: UUID) -> WorkspaceState:
    versions = dict(Stream.objects.values_list("id", "version"))
    states = {stream_id: state_of(stream_id) for stream_id in versions}
    return WorkspaceState(feed_position(workspace_id), versions, states)


def state_of(stream_id: UUID) -> State:
    """Return a stream's records by (type, id), with values as Python types."""
    return {
        (record["type"], record["id"]): _loaded(record["type"], record["fields"])
        for record in snapshot(stream_id)["records"]
    }


def _loaded(slug: str, fields: dict[str, Any]) -> dict[str, Any]:
    by_name = {f.name: f for f in record_types()[slug]._meta.concrete_fields}
    return {name: from_log(by_name[name], value) for name, value in fields.items()}


def replay(state: State, sets: list[dict[str, Any]]) -> State:
    """Return the state after some change sets. A change that doesn't fit fails the test."""
    state = {key: dict(fields) for key, fields in state.items()}
    for change in (change for logged_set in sets for change in logged_set["changes"]):
        key = (change["type"], change["id"])
        before, after = (_loaded(change["type"], change[side]) for side in ("before", "after"))
        if change["op"] == "add":
            assert key not in state, f"{key} was added twice"
            state[key] = after
        elif change["op"] == "remove":
            assert state.pop(key) == before, f"{key}: the log removes other values"
        else:
            assert {name: state[key][name] for name in before} == before, (
                f"{key}: wrong values before the change"
            )
            state[key].update(after)
    return state


def all_sets(
    workspace_id: UUID, read: Callable[[int], list[dict[str, Any]]], counter: str, since: int
) -> list[Any]:
    """Return all change sets, page by page, with all the changes of sets larger than a page."""
    sets: list[dict[str, Any]] = []
    while page := read(sets[-1][counter] if sets else since):
        for one in page:
            if one["changes"] is None:
                one["changes"] = list(all_changes(workspace_id, UUID(one["id"])))
        sets += page
    return sets


def all_changes(workspace_id: UUID, set_id: UUID) -> Iterator[dict[str, Any]]:
    changes, place = page_of_set(workspace_id, set_id, 0)
    while changes:
        yield from changes
        changes, place = page_of_set(workspace_id, set_id, place)


@contextmanager
def checking_log(workspace_id: UUID, *, undoing: bool = True) -> Iterator[None]:
    """Check the invariants on everything written inside, in all streams of a workspace.

    - Replay: the old snapshot plus the sets equals the new snapshot.
    - Versions and feed have no gaps.
    - Each set names the types of the records that it changes.
    - The sets are the same when read by stream, by feed and by socket.
    - A gesture that is sent again returns the stored sets and has no further effect.
    - Undo of the last gesture restores the old state, and redo the new one (if it is undoable),
      both by new sets that satisfy the same invariants.
    """
    with tenant_scope([workspace_id]):
        before = current_state(workspace_id)
    with recording_published() as pubsub:
        yield
        by_feed, after = _check(workspace_id, before)
        _check_heard(by_feed, pubsub)
    _check_retries(workspace_id, by_feed)
    if undoing and by_feed and by_feed[-1]["undoable"]:
        with recording_published() as pubsub:
            by_feed = _check_undo(workspace_id, by_feed, before, after)
            _check_heard(by_feed, pubsub)
        _check_retries(workspace_id, by_feed)


def check_everything(workspace_id: UUID) -> None:
    """Check the invariants on everything ever written in a workspace, and on its last gesture."""
    nothing = WorkspaceState()
    by_feed, after = _check(workspace_id, nothing)
    _check_retries(workspace_id, by_feed)
    if by_feed[-1]["undoable"]:
        _check_undo(workspace_id, by_feed, nothing, after)


@contextmanager
def recording_published() -> Iterator[redis.client.PubSub]:
    """Record what is published to sockets."""
    with redis.Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as pubsub:
        pubsub.psubscribe("cxmap:stream:*")
        pubsub.get_message(timeout=1)  # the confirmation of the subscription
        yield pubsub


def _check_heard(by_feed: list[dict[str, Any]], pubsub: redis.client.PubSub) -> None:
    """Check that every set was published as a pull returns it, or without changes if by bulk.py."""
    published = {}
    until = time.monotonic() + 2
    while len(published) < len(by_feed) and time.monotonic() < until:
        message = pubsub.get_message(ignore_subscribe_messages=True, timeout=0.1)
        if message is not None:
            one = json.loads(message["data"])
            assert message["channel"].decode() == stream_channel(UUID(one["stream"]))
            if any(one["id"] == ours["id"] for ours in by_feed):
                published[one["id"]] = one
    for one in by_feed:
        assert published[one["id"]] in (one, one | {"changes": None})


def _check_retries(workspace_id: UUID, by_feed: list[dict[str, Any]]) -> None:
    for gesture in {UUID(one["gesture"]) for one in by_feed[-RETRIES:]}:
        with tenant_scope([workspace_id]):
            sets = sets_of_gesture(system_actor(workspace_id), gesture)
        actor = replace(
            system_actor(workspace_id), kind=sets[0].actor_kind, id=sets[0].actor_id
        ).with_idempotency(gesture, sets[0].fingerprint)
        with (
            pytest.raises(AlreadyRecorded) as again,
            change_set([sets[0].stream_id], action="again", actor=actor),
        ):
            pass
        stored = [one for one in by_feed if one["gesture"] == str(gesture)]
        assert again.value.sets[-len(stored) :] == stored


def _check(workspace_id: UUID, before: WorkspaceState) -> tuple[list[Any], WorkspaceState]:
    """Check what was written since `before`. Return its sets and the state after them."""
    with tenant_scope([workspace_id], snapshot=True):
        after = current_state(workspace_id)
        pages = partial(feed_since, workspace_id)
        by_feed = all_sets(workspace_id, pages, "feed", before.position)
        assert [one["feed"] for one in by_feed] == list(
            range(before.position + 1, before.position + 1 + len(by_feed))
        )
        seen = []
        for stream_id, version in after.versions.items():
            first = before.versions.get(stream_id, 0)
            pages = partial(sets_since, workspace_id, stream_id)
            sets = all_sets(workspace_id, pages, "version", first)
            assert [logged_set["version"] for logged_set in sets] == list(
                range(first + 1, version + 1)
            )
            assert replay(before.states.get(stream_id, {}), sets) == after.states[stream_id]
            seen += sets
        assert sorted(seen, key=lambda one: one["feed"]) == by_feed
        since = ChangeSet.objects.filter(workspace_id=workspace_id, feed__gt=before.position)
        types = dict(since.values_list("feed", "types"))
        for one in by_feed:
            assert types[one["feed"]] == sorted({change["type"] for change in one["changes"]})
    return by_feed, after


def _check_undo(
    workspace_id: UUID, by_feed: list[Any], before: WorkspaceState, after: WorkspaceState
) -> list[Any]:
    """Undo and redo the last gesture of `by_feed`, which led from `before` to `after`.

    Check that this restores the states before and after the gesture, and return its sets.
    """
    gesture = by_feed[-1]["gesture"]
    actor = system_actor(workspace_id)
    undoing, redoing = uuid7(), uuid7()
    undone = undo(UUID(gesture), actor=actor.with_idempotency(undoing))
    assert undone.skipped_fields == []
    for logged_set in (one for one in by_feed if one["gesture"] == gesture):
        stream_id = UUID(logged_set["stream"])
        earlier = [
            one
            for one in by_feed
            if one["stream"] == logged_set["stream"] and one["version"] < logged_set["version"]
        ]
        with tenant_scope([workspace_id]):
            restored = state_of(stream_id)
        assert restored == replay(before.states.get(stream_id, {}), earlier), "undo did not restore"
    undo(undoing, actor=actor.with_idempotency(redoing))
    sets, redone = _check(workspace_id, after)
    assert redone.states == after.states, "redo did not restore"
    return sets
