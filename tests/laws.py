"""The laws of the log, checked on every write that happens inside `watching()`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from changes.models import ChangeSet, Stream, load, record_types
from changes.queries import feed_since, sets_since, snapshot
from changes.services import undo
from changes.tenancy import tenant
from workspaces.access import machine
from workspaces.ids import uuid7

State = dict[tuple[str, str], dict[str, Any]]


def state_of(stream_id: UUID) -> State:
    """Return a stream's records by (type, id), values as Python types."""
    return {
        (one["type"], one["id"]): _loaded(one["type"], one["fields"])
        for one in snapshot(stream_id)["records"]
    }


def _loaded(slug: str, fields: dict[str, Any]) -> dict[str, Any]:
    by_name = {f.name: f for f in record_types()[slug]._meta.concrete_fields}
    return {name: load(by_name[name], value) for name, value in fields.items()}


def replay(state: State, sets: list[dict[str, Any]]) -> State:
    """Return the state after some change sets; a change that does not fit fails the test."""
    state = {key: dict(fields) for key, fields in state.items()}
    for change in (change for one in sets for change in one["changes"]):
        key = (change["type"], change["id"])
        before, after = (_loaded(change["type"], change[side]) for side in ("before", "after"))
        if change["op"] == "add":
            assert key not in state, f"{key} was added twice"
            state[key] = after
        elif change["op"] == "remove":
            assert state.pop(key) == before, f"{key}: the log removes something else"
        else:
            assert {name: state[key][name] for name in before} == before, f"{key}: false before"
            state[key].update(after)
    return state


@contextmanager
def watching(workspace_id: UUID, *, undoing: bool = True) -> Iterator[None]:
    """Check the laws on what is written inside, in all streams of a workspace.

    Replay: old snapshot + sets = new snapshot. Versions and feed without gaps. The sets read by
    stream and by feed are the same. Undo of the last gesture restores, redo restores again
    (where it is undoable), both through new sets that obey the same laws.
    """
    with tenant([workspace_id]):
        versions = dict(Stream.objects.values_list("id", "version"))
        states = {stream_id: state_of(stream_id) for stream_id in versions}
        position = max([0, *ChangeSet.objects.values_list("feed", flat=True)])
    yield
    gesture = _check(workspace_id, versions, states, position)
    if undoing and gesture is not None:
        _check_undo(workspace_id, gesture)


def _check(
    workspace_id: UUID, versions: dict[UUID, int], states: dict[UUID, State], position: int
) -> UUID | None:
    with tenant([workspace_id], snapshot=True):
        now = dict(Stream.objects.values_list("id", "version"))
        by_feed = feed_since(workspace_id, position)
        assert [one["feed"] for one in by_feed] == list(
            range(position + 1, position + 1 + len(by_feed))
        )
        seen = []
        for stream_id, version in now.items():
            first = versions.get(stream_id, 0)
            sets = sets_since(stream_id, first)
            assert [one["version"] for one in sets] == list(range(first + 1, version + 1))
            assert replay(states.get(stream_id, {}), sets) == state_of(stream_id)
            seen += sets
        assert sorted(seen, key=lambda one: one["feed"]) == by_feed
    last = by_feed[-1] if by_feed else None
    return UUID(last["gesture"]) if last and last["undoable"] else None


def _check_undo(workspace_id: UUID, gesture: UUID) -> None:
    with tenant([workspace_id]):
        sets = list(ChangeSet.objects.filter(gesture=gesture))
        streams = [one.stream_id for one in sets]
        after = {stream_id: state_of(stream_id) for stream_id in streams}
        if any(one.action == "journey.create" for one in sets):
            return
    actor = machine(workspace_id)
    undoing, redoing = uuid7(), uuid7()
    undone = undo(gesture, actor=actor.under(undoing))
    assert undone.left_alone == []
    with tenant([workspace_id]):
        for one in sets:
            log = sets_since(one.stream_id, 0, 10_000)
            before = replay({}, [s for s in log if s["version"] < one.version])
            assert state_of(one.stream_id) == before, "undo did not restore"
    undo(undoing, actor=actor.under(redoing))
    with tenant([workspace_id]):
        assert {stream_id: state_of(stream_id) for stream_id in streams} == after
