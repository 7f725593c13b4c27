"""Kinds of streams: each kind has its own URLs, and its app decides who can read and edit its streams."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import include, path
from django.utils import timezone

from changes.access import get_stream
from changes.api import streams
from changes.live.authorization import authorize_socket
from changes.models import ChangeSet, FeedCounter, NamedVersion, Stream
from changes.services import change_set
from changes.stream_kinds import StreamKind, stream_kinds
from core.actors import Actor, Caller
from core.errors import Conflict, Forbidden, NotFound
from core.ids import uuid7
from core.tenancy import set_tenant_scope
from journeys.models import Journey
from tests.support.api_client import personal_client
from tests.support.factories import SampleWorld
from tests.support.log_invariants import checking_log

SKETCH = "api/v1/sketches/<uuid:id>/"
urlpatterns = [
    path(f"{SKETCH}snapshot", streams.SnapshotAPIView.as_view(kind="sketch")),
    path(f"{SKETCH}changes", streams.ChangesAPIView.as_view(kind="sketch")),
    path(f"{SKETCH}edits", streams.EditsAPIView.as_view(kind="sketch")),
    path("", include("cxmap.urls")),
]
invited: set[UUID] = set()


def require_invitation(caller: Caller, stream: Stream, right: str) -> None:
    """Let only those into a sketch who are invited."""
    actor = caller.actor_for(stream.workspace_id)
    if actor.member_id not in invited:
        raise Forbidden("You aren't invited.")
    actor.require(right)


@pytest.fixture
def sketch(world: SampleWorld, monkeypatch: pytest.MonkeyPatch) -> Iterator[UUID]:
    """Return a stream of a kind that an app declares. It holds named versions; alice is invited."""
    kind = StreamKind("sketch", access=f"{__name__}.require_invitation")
    config = apps.get_app_config("comments")
    monkeypatch.setattr(config, "stream_kinds", (kind,), raising=False)
    monkeypatch.setattr(NamedVersion, "stream_kind", "sketch")
    stream_kinds.cache_clear()
    invited.add(world.alice.member.pk)
    stream_id = uuid7()
    with change_set([], action="test.draw", actor=world.alice.actor) as recorder:
        recorder.open_stream(stream_id, "sketch")
        recorder.add(version(stream_id, "First"))
    yield stream_id
    world.acme.edit({"op": "add", "type": "stage", "fields": {"title": "Last"}})  # a known kind
    stream_kinds.cache_clear()
    invited.clear()


def version(stream_id: UUID, name: str) -> NamedVersion:
    return NamedVersion(stream_id=stream_id, name=name, number=1, made_at=timezone.now())


def draw(stream_id: UUID, actor: Actor) -> list[dict[str, Any]]:
    with change_set([stream_id], action="test.draw", actor=actor) as recorder:
        recorder.add(version(stream_id, "Second"))
    return recorder.sets


def test_the_invariants_of_the_log_hold_in_every_kind(world: SampleWorld, sketch: UUID) -> None:
    with checking_log(world.acme.id):
        draw(sketch, world.alice.actor)
    assert world.acme.read(Stream, sketch).parent_id == world.acme.id


def test_the_app_of_its_kind_decides_who_may_enter(world: SampleWorld, sketch: UUID) -> None:
    assert get_stream(world.alice.caller, sketch).pk == sketch
    for person, error in ((world.bob, Forbidden), (world.charlie, NotFound)):
        with pytest.raises(error):
            get_stream(person.caller, sketch)
        with pytest.raises(error):
            authorize_socket(person.user, "no-session", "sketch", sketch)
    session = authorize_socket(world.alice.user, "no-session", "sketch", sketch)
    assert session.stream_ids == (sketch, world.acme.id)


@pytest.mark.urls(__name__)
def test_snapshot_changes_and_edits_serve_any_kind(world: SampleWorld, sketch: UUID) -> None:
    (written,) = draw(sketch, world.alice.actor)
    client, url = Client(), f"/api/v1/sketches/{sketch}"
    client.force_login(world.alice.user)
    assert client.get(f"{url}/changes?since=1").json()["results"] == [written]
    undo = {"id": str(uuid7()), "undo": written["gesture"]}
    assert client.post(f"{url}/edits", undo, "application/json").status_code == 200
    records = client.get(f"{url}/snapshot").json()["records"]
    assert [record["fields"]["name"] for record in records] == ["First"]
    client.force_login(world.bob.user)
    assert client.get(f"{url}/snapshot").status_code == 403
    client.force_login(world.alice.user)
    for other in (world.acme.journey, world.acme.id):
        assert client.get(f"/api/v1/sketches/{other}/snapshot").status_code == 404


def test_a_stream_is_not_found_as_one_of_another_kind(world: SampleWorld, sketch: UUID) -> None:
    alice = personal_client(world.alice.actor)
    for noun, others in (
        ("journeys", (sketch, world.acme.id)),
        ("workspaces", (sketch, world.acme.journey)),
    ):
        for other in others:
            for part in ("snapshot", "changes"):
                assert alice.get(f"{noun}/{other}/{part}").status_code == 404
            assert alice.post(f"{noun}/{other}/edits", {"ops": []}).status_code == 404
    with pytest.raises(NotFound):
        authorize_socket(world.alice.user, "no-session", "journey", sketch)


def test_a_stream_of_a_kind_that_no_app_declares_is_not_found(
    world: SampleWorld, sketch: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(apps.get_app_config("comments"), "stream_kinds")
    stream_kinds.cache_clear()
    with pytest.raises(NotFound):
        get_stream(world.alice.caller, sketch)


def test_a_record_is_refused_in_another_kind_of_stream(world: SampleWorld, sketch: UUID) -> None:
    with (
        pytest.raises(Conflict) as refused,
        change_set([sketch], action="test.draw", actor=world.alice.actor) as recorder,
    ):
        recorder.add(Journey(id=sketch, stream_id=sketch, title="No journey"))
    assert refused.value.code == "wrong-stream"


def changed_at(world: SampleWorld) -> Any:
    return world.acme.read(Stream, world.acme.journey).changed_at


def rename(world: SampleWorld, title: str, actor: Actor | None = None) -> ChangeSet:
    stage = str(world.acme.stages["Buy"])
    op = {"op": "set", "type": "stage", "id": stage, "fields": {"title": title}}
    (written,) = world.acme.edit(op, actor=actor).sets
    return world.acme.read(ChangeSet, written["id"])


def test_only_changes_by_people_set_the_time_of_a_stream(world: SampleWorld) -> None:
    created = changed_at(world)
    rename(world, "By cxmap")
    assert changed_at(world) == created
    by_alice = rename(world, "By Alice", world.alice.actor)
    assert changed_at(world) == by_alice.at > created


def test_the_time_of_a_stream_follows_the_feed_when_the_clock_was_ahead(world: SampleWorld) -> None:
    later = timezone.now() + timedelta(minutes=1)
    with transaction.atomic(durable=True):
        set_tenant_scope([world.acme.id], writing=uuid7())
        FeedCounter.objects.filter(workspace=world.acme.id).update(at=later)
    by_alice = rename(world, "By Alice", world.alice.actor)
    assert changed_at(world) == by_alice.at > later


def test_a_set_names_the_types_of_the_records_it_changed(world: SampleWorld) -> None:
    assert rename(world, "Purchase").types == ["stage"]
    stage = {"op": "remove", "type": "stage", "id": str(world.acme.stages["Choose"])}
    (written,) = world.acme.edit(stage).sets
    types = world.acme.read(ChangeSet, written["id"]).types
    assert types == sorted({change["type"] for change in written["changes"]})
    assert {"stage", "step", "touchpoint"} <= set(types)
