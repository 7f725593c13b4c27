"""Comments through the API, as the editor in the browser and programs use them."""

from typing import Any

import pytest

from core.ids import uuid7
from tests.support.api_client import ApiClient, personal_client, service_client
from tests.support.factories import SampleWorld
from tests.support.storyboards import frame_add


@pytest.fixture
def bob(world: SampleWorld) -> ApiClient:
    return ApiClient(user=world.bob.user)


def new(world: SampleWorld, **more: Any) -> dict[str, Any]:
    return {
        "journey": str(world.acme.journey),
        "subject_type": "touchpoint",
        "subject_id": str(world.acme.touchpoints["Signs"]),
        "body": "A long form.",
    } | more


def test_a_thread_from_its_beginning_to_its_end(world: SampleWorld, bob: ApiClient) -> None:
    alice = personal_client(world.alice.actor)
    made = bob.post("comments", new(world, mentions=[str(world.alice.member.pk)]))
    assert made.status_code == 201, made.content
    first = made.json()
    assert made["Location"] == f"/api/v1/comments/{first['id']}"
    assert first["journey"] == str(world.acme.journey)
    assert first["mentions"] == [str(world.alice.member.pk)]
    assert (first["thread"], first["author"]) == (None, str(world.bob.member.pk))
    answered = alice.post("comments", {"thread": first["id"], "body": "Too long."})
    assert answered.status_code == 201, answered.content
    assert answered.json()["subject_id"] == first["subject_id"]
    found = bob.get(f"comments?journey={world.acme.journey}").json()["results"]
    assert [one["id"] for one in found] == [first["id"], answered.json()["id"]]
    for query, n in (("thread", 1), ("author", 0)):
        assert len(bob.get(f"comments?{query}={first['id']}").json()["results"]) == n

    path = f"comments/{first['id']}"
    changed = bob.patch(path, {"body": "A very long form."}, If_Match=made["ETag"])
    assert changed.status_code == 200, changed.content
    assert changed.json()["edited_at"] and changed.json()["mentions"] == first["mentions"]
    assert bob.patch(path, {"body": "x"}, If_Match=made["ETag"]).status_code == 412
    resolved = alice.post(f"{path}/resolve")
    assert resolved.json()["resolved_by"] == str(world.alice.member.pk)
    assert alice.post(f"{path}/reopen").json()["resolved_at"] is None
    assert bob.delete(path).json()["code"] == "answered"
    assert alice.delete(f"comments/{answered.json()['id']}").status_code == 204
    assert bob.delete(path).status_code == 204
    assert bob.get(path).status_code == 404


def test_snapshot_and_feed_have_it_and_ops_cannot_write_it(
    world: SampleWorld, bob: ApiClient
) -> None:
    first = bob.post("comments", new(world)).json()
    stream = f"journeys/{world.acme.journey}"
    records = bob.get(f"{stream}/snapshot").json()["records"]
    (found,) = [record for record in records if record["type"] == "comment"]
    assert found["id"] == first["id"] and found["fields"]["body"] == "A long form."
    last = bob.get(f"{stream}/changes?since={first['version'] - 1}").json()["results"][-1]
    assert (last["action"], last["undoable"]) == ("comment.make", False)
    op = {"op": "remove", "type": "comment", "id": first["id"]}
    refused = bob.post(f"{stream}/edits", {"ops": [op]})
    assert refused.json()["errors"][0]["pointer"] == "/ops/0/type"


def test_a_retry_says_the_same_and_does_it_once(world: SampleWorld, bob: ApiClient) -> None:
    first, again = (
        bob.post("comments", new(world), Idempotency_Key="comment-once") for _ in range(2)
    )
    assert again["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()
    other = bob.post("comments", new(world, body="Else."), Idempotency_Key="comment-once")
    assert other.status_code == 422
    path = f"comments/{first.json()['id']}/resolve"
    for _ in range(2):
        assert bob.post(path, Idempotency_Key="resolve-once").status_code == 200
    assert len(bob.get("comments").json()["results"]) == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"body": None}, "/body"),
        ({"body": 7}, "/body"),
        ({"body": "x" * 5001}, "/body"),
        ({"body": "ab\u202ec"}, "/body"),
        ({"mentions": "bob"}, "/mentions"),
        ({"mentions": ["bob"]}, "/mentions/0"),
        ({"mentions": [str(uuid7())]}, "/mentions/0"),
        ({"subject_type": "comment"}, "/subject_type"),
        ({"subject_type": "person"}, "/subject_id"),
        ({"subject_id": str(uuid7())}, "/subject_id"),
        ({"subject_id": "x"}, "/subject_id"),
        ({"journey": str(uuid7())}, "/journey"),
        ({"thread": str(uuid7())}, "/journey"),
        ({"author": str(uuid7())}, "/author"),
        ({"guest_name": "Somebody else"}, "/guest_name"),
        ({"x": 0.5, "y": 0.5}, "/x"),  # a touchpoint has no picture
    ],
)
def test_what_is_wrong_is_pointed_at(
    world: SampleWorld, bob: ApiClient, body: Any, pointer: str
) -> None:
    answer = bob.post("comments", new(world, **body))
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert bob.get("comments").json()["results"] == []


def test_a_comment_has_a_place_in_a_frame(world: SampleWorld, bob: ApiClient) -> None:
    about = {"subject_type": "frame", "subject_id": str(frame_add(world.acme).pk)}
    for x, y, pointer in (
        (0.5, None, "/y"),
        (None, 0.5, "/x"),
        (1.01, 0.5, "/x"),
        (0, -0.1, "/y"),
        (True, 0, "/x"),
        ("0.5", 0, "/x"),
    ):
        refused = bob.post("comments", new(world, **about, x=x, y=y))
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, pointer)
    pinned = bob.post("comments", new(world, **about, x=1, y=0.123456)).json()
    assert (pinned["x"], pinned["y"]) == (1, 0.1235)
    assert bob.post("comments", new(world, **about)).json()["x"] is None
    reply = {"thread": pinned["id"], "body": "Where?"}
    assert bob.post("comments", reply | {"x": 0.5, "y": 0.5}).status_code == 400
    assert bob.post("comments", reply).json()["x"] is None


def test_scopes(world: SampleWorld) -> None:
    reader = personal_client(world.bob.actor, "comments:read")
    writer = personal_client(world.bob.actor, "comments:write")
    drawer = personal_client(world.alice.actor, "maps:write")
    made = writer.post("comments", new(world))
    assert made.status_code == 201, made.content
    assert reader.get(f"comments/{made.json()['id']}").status_code == 200
    assert reader.post("comments", new(world)).json()["code"] == "insufficient-scope"
    assert drawer.get("comments").status_code == 403
    assert drawer.get(f"journeys/{world.acme.journey}/snapshot").status_code == 403
    program = service_client(world.acme.id, "comments:write")
    said = program.post("comments", new(world)).json()
    assert (said["author"], said["guest_name"]) == (None, "test")
    assert program.delete(f"comments/{made.json()['id']}").status_code == 403
