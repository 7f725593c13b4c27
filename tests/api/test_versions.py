"""Versions of a journey through the API: snapshots, history, named versions and restore."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.ids import uuid7
from tests.support.api_client import ApiClient, service_client
from tests.support.factories import SampleWorld


def url(world: SampleWorld, what: str) -> str:
    return f"journeys/{world.acme.journey}/{what}"


def rename(world: SampleWorld, title: str, who: Any = None) -> None:
    op = {"op": "set", "type": "stage", "id": str(world.acme.stages["Buy"])}
    world.acme.edit(op | {"fields": {"title": title}}, actor=who and who.actor)


def title_in(snapshot: dict[str, Any], stage: UUID) -> str:
    (found,) = [record for record in snapshot["records"] if record["id"] == str(stage)]
    return str(found["fields"]["title"])


def test_a_snapshot_of_any_version(world: SampleWorld, acme: ApiClient) -> None:
    first = acme.get(url(world, "snapshot"))
    rename(world, "Sign")
    again = acme.get(url(world, "snapshot?version=1"))
    assert (again["ETag"], again.json()) == ('"1"', first.json())
    assert title_in(acme.get(url(world, "snapshot?version=2")).json(), world.acme.stages["Buy"])
    same = acme.get(url(world, "snapshot?version=1"), If_None_Match='"1"')
    assert (same.status_code, same.content) == (304, b"")


@pytest.mark.parametrize("version", ["2", "-1", "x", "", "1.0", "9" * 30])
def test_a_version_that_never_was(world: SampleWorld, acme: ApiClient, version: str) -> None:
    answer = acme.get(url(world, f"snapshot?version={version}"))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "?version")


def test_history_is_told_in_sittings(world: SampleWorld, acme: ApiClient) -> None:
    for n in range(3):
        rename(world, f"n{n}", world.alice)
    body = acme.get(url(world, "history")).json()
    sentences = [sentence for sitting in body["results"] for sentence in sitting["sentences"]]
    assert [sentence["version"] for sentence in sentences] == [4, 3, 2, 1]
    newest = body["results"][0]
    assert (newest["who"], newest["member"]) == ("alice", str(world.alice.member.pk))
    assert newest["last"] == 4 and newest["first"] >= 2
    assert sentences[0] | {"at": "", "gesture": ""} == {
        "version": 4,
        "at": "",
        "text": "renamed stage “n1” to “n2”",
        "type": "stage",
        "id": str(world.acme.stages["Buy"]),
        "gesture": "",
    }


def test_history_by_page_member_and_record(world: SampleWorld, acme: ApiClient) -> None:
    for n in range(4):
        rename(world, f"n{n}", world.alice if n % 2 else world.dana)
    seen, at = [], url(world, "history?limit=2")
    while at:
        body = acme.get(at).json()
        seen += [sentence["version"] for s in body["results"] for sentence in s["sentences"]]
        at = body["next"]
    assert sorted(seen) == [1, 2, 3, 4, 5]
    mine = acme.get(url(world, f"history?member={world.alice.member.pk}")).json()
    assert {result["member"] for result in mine["results"]} == {str(world.alice.member.pk)}
    of_buy = acme.get(url(world, f"history?record={world.acme.stages['Buy']}&limit=2")).json()
    assert f"record={world.acme.stages['Buy']}" in of_buy["next"]
    assert acme.get(url(world, f"history?record={uuid7()}")).json()["results"] == []
    of_lanes = acme.get(url(world, "history?type=lane")).json()["results"]
    assert [one["version"] for s in of_lanes for one in s["sentences"]] == [1]


@pytest.mark.parametrize(
    "query",
    ["before=0", "before=x", "limit=0", "limit=501", "member=x", "record=1", "type=x", "since=1"],
)
def test_history_refuses_what_means_nothing(
    world: SampleWorld, acme: ApiClient, query: str
) -> None:
    assert acme.get(url(world, f"history?{query}")).status_code == 400


def test_history_takes_as_many_queries_for_many_as_for_few(
    world: SampleWorld, acme: ApiClient
) -> None:
    counts = []
    acme.get("me")  # records the token's first use
    for _ in range(2):
        for n in range(12):
            rename(world, f"n{n}", world.alice)
        with CaptureQueriesContext(connection) as queries:
            acme.get(url(world, "history"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_name_is_given_once_and_seen_by_all(world: SampleWorld, acme: ApiClient) -> None:
    said = {"name": " As shown ", "number": 1}
    answer = acme.post(url(world, "named-versions"), said, Idempotency_Key="name-it-once")
    assert answer.status_code == 201
    assert (answer.json()["name"], answer.json()["number"]) == ("As shown", 1)
    again = acme.post(url(world, "named-versions"), said, Idempotency_Key="name-it-once")
    assert (again.status_code, again.json()["id"]) == (201, answer.json()["id"])
    assert again["Idempotency-Replayed"] == "true"
    records = acme.get(url(world, "snapshot")).json()["records"]
    (named,) = [record for record in records if record["type"] == "named_version"]
    assert named["fields"] | {"made_at": ""} == {
        "name": "As shown",
        "number": 1,
        "made_by": None,
        "made_at": "",
    }


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"name": "x"}, "/number"),
        ({"number": 1}, "/name"),
        ({"name": "x", "number": 2}, "/number"),
        ({"name": "x", "number": True}, "/number"),
        ({"name": "x" * 121, "number": 1}, "/name"),
        ({"name": "", "number": 1}, "/name"),
        ({"name": "x", "number": 1, "made_by": None}, "/made_by"),
    ],
)
def test_a_bad_name_is_refused(
    world: SampleWorld, acme: ApiClient, said: dict[str, Any], pointer: str
) -> None:
    answer = acme.post(url(world, "named-versions"), said)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_restore_is_a_gesture_that_can_be_sent_again_and_undone(
    world: SampleWorld, acme: ApiClient
) -> None:
    rename(world, "Sign")
    gesture = str(uuid7())
    answer = acme.post(url(world, "restore"), {"id": gesture, "version": 1})
    assert answer.status_code == 200
    (one,) = answer.json()["sets"]
    assert (one["action"], one["gesture"]) == ("journey.restore", gesture)
    assert title_in(acme.get(url(world, "snapshot")).json(), world.acme.stages["Buy"]) == "Buy"
    again = acme.post(url(world, "restore"), {"id": gesture, "version": 1})
    assert again.json()["sets"] == [one] and again["Idempotency-Replayed"] == "true"
    acme.post(url(world, "edits"), {"undo": gesture})
    assert title_in(acme.get(url(world, "snapshot")).json(), world.acme.stages["Buy"]) == "Sign"


@pytest.mark.parametrize("version", [0, 2, -1, "1", None, 1.0])
def test_restore_refuses_a_version_that_never_was(
    world: SampleWorld, acme: ApiClient, version: Any
) -> None:
    answer = acme.post(url(world, "restore"), {"version": version})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/version")


def test_scopes(world: SampleWorld) -> None:
    reader = service_client(world.acme.id, "maps:read")
    assert reader.get(url(world, "history")).status_code == 403
    assert reader.post(url(world, "restore"), {"version": 1}).status_code == 403
    assert reader.post(url(world, "named-versions"), {}).status_code == 403
