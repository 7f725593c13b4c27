"""A journey holds so many touchpoints and no more, whichever way they come in."""

from typing import Any

import pytest

from tests.api.programs import Program, service
from tests.world import World
from touchpoints.models import Touchpoint


@pytest.fixture
def acme(world: World, monkeypatch: Any) -> Program:
    """A program of a workspace whose journey has room for one touchpoint more."""
    count = len(world.acme.all(Touchpoint, stream=world.acme.journey))
    monkeypatch.setattr(Touchpoint, "max_per_stream", count + 1)
    return service(world.acme.id)


def add(world: World) -> dict[str, Any]:
    place = {"step": str(world.acme.steps["Signs"]), "lane": str(world.acme.lanes["Retail"])}
    return {"op": "add", "type": "touchpoint", "fields": {"title": "One more"}, "place": place}


def assert_full(answer: Any) -> None:
    assert (answer.status_code, answer.json()["code"]) == (409, "journey-full")
    assert "at most" in answer.json()["detail"]


def test_ops_a_post_an_undo_and_a_duplicate_stop_at_the_limit(world: World, acme: Program) -> None:
    edits = f"journeys/{world.acme.journey}/edits"
    assert_full(acme.post(edits, {"ops": [add(world), add(world)]}))
    gone = str(world.acme.touchpoints["Signs"])
    removed = acme.post(edits, {"ops": [{"op": "remove", "type": "touchpoint", "id": gone}]})
    assert acme.post(edits, {"ops": [add(world), add(world)]}).status_code == 200
    assert_full(acme.post(edits, {"undo": removed.json()["sets"][0]["gesture"]}))
    place = {"step": str(world.acme.steps["Signs"]), "lane": str(world.acme.lanes["Retail"])}
    assert_full(acme.post("touchpoints", {"title": "One more"} | place))
    copy = {"title": "Once more", "as": "copy"}
    assert acme.post(f"journeys/{world.acme.journey}/duplicate", copy).status_code == 201


def test_in_a_batch_those_beyond_the_limit_fail_alone(world: World, acme: Program) -> None:
    stage = str(world.acme.stages["Buy"])
    items = [
        {"source": "load", "external_id": str(n), "stage": stage, "title": "New"} for n in range(3)
    ]
    answer = acme.post("touchpoints/batch", {"items": items}).json()
    assert [one["result"] for one in answer["results"]] == ["created", "failed", "failed"]
    assert {one["code"] for one in answer["results"][1:]} == {"journey-full"}
    again = acme.post("touchpoints/batch", {"items": items[:1]}).json()
    assert again["results"][0]["result"] == "unchanged"


def test_a_file_with_too_many_is_refused_as_a_whole(world: World, acme: Program) -> None:
    most = Touchpoint.max_per_stream
    lines = "".join(f"  Task {n}: 3: Somebody\n" for n in range(most + 1))
    answer = acme.client.post(
        "/api/v1/imports/mermaid",
        data=f"journey\n  section All\n{lines}",
        content_type="text/plain",
        headers=acme.headers | {"Idempotency-Key": "too-many-1"},
    )
    assert_full(answer)
