"""Bulk upserts of touchpoints through the API, and upserts of one by its external id."""

import json
from typing import Any

import pytest

from core.ids import uuid7
from tests.support.api_client import ApiClient, personal_client
from tests.support.factories import SampleWorld
from touchpoints.models import Touchpoint


def item(world: SampleWorld, key: str = "1", **said: Any) -> dict[str, Any]:
    base = {
        "source": "zendesk",
        "external_id": key,
        "stage": str(world.acme.stages["Buy"]),
        "title": "Refund call",
        "source_updated_at": "2026-11-23T10:00:00Z",
    }
    return base | said


def test_a_batch_answers_item_by_item_in_the_order_sent(
    world: SampleWorld, acme: ApiClient
) -> None:
    answer = acme.post(
        "touchpoints/batch",
        {"items": [item(world, "2"), item(world, "1", emotion=9), item(world, "3")]},
    )
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["summary"] == {
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "stale": 0,
        "failed": 1,
    }
    assert [result["index"] for result in body["results"]] == [0, 1, 2]
    assert body["results"][1]["errors"][0]["pointer"] == "/items/1/emotion"
    listed = acme.get("touchpoints?source=zendesk").json()["results"]
    assert {row["id"] for row in listed} == {body["results"][0]["id"], body["results"][2]["id"]}
    assert all(row["version"] == body["results"][0]["version"] for row in listed)


def test_an_instant_is_written_in_one_form_wherever_it_stands(
    world: SampleWorld, acme: ApiClient
) -> None:
    sent = item(world, source_updated_at="2026-11-23T10:00:00.9+02:00")
    made = acme.post("touchpoints/batch", {"items": [sent]}).json()["results"][0]["id"]
    stream = f"journeys/{world.acme.journey}"
    records = acme.get(f"{stream}/snapshot").json()["records"]
    last = acme.get(f"{stream}/changes?limit=500").json()["results"][-1]
    found = {
        acme.get(f"touchpoints/{made}").json()["source_updated_at"],
        next(record for record in records if record["id"] == made)["fields"]["source_updated_at"],
        last["changes"][0]["after"]["source_updated_at"],
    }
    assert found == {"2026-11-23T08:00:00.900000Z"}
    assert last["at"] == acme.get(f"touchpoints/{made}").json()["updated_at"]


def test_refusals_of_a_batch_say_what_to_do(world: SampleWorld, acme: ApiClient) -> None:
    large = {"items": [item(world, str(n), notes="x" * 300) for n in range(10_000)]}
    assert "at most 500 items" in acme.post("touchpoints/batch", large).json()["detail"]
    many = {"items": [{"source": "s", "external_id": str(n)} for n in range(501)]}
    assert "at most 500 items" in acme.post("touchpoints/batch", many).json()["detail"]
    answer = acme.post("touchpoints/batch", {"items": [item(world), 5]}).json()
    assert answer["results"][1]["errors"][0]["pointer"] == "/items/1"


def test_a_batch_sent_again_is_answered_again(world: SampleWorld, acme: ApiClient) -> None:
    sent = {"items": [item(world, str(n)) for n in range(5)]}
    first = acme.post("touchpoints/batch", sent, Idempotency_Key="batch-0001")
    again = acme.post("touchpoints/batch", sent, Idempotency_Key="batch-0001")
    assert again.json() == first.json() and again["Idempotency-Replayed"] == "true"
    other = {"items": [item(world, "9")]}
    assert acme.post("touchpoints/batch", other, Idempotency_Key="batch-0001").status_code == 422
    repeated = acme.post("touchpoints/batch", sent).json()
    assert repeated["summary"]["unchanged"] == 5


def test_all_or_nothing_is_asked_for(world: SampleWorld, acme: ApiClient) -> None:
    sent = {"atomic": True, "items": [item(world), item(world, "2", title=5)]}
    answer = acme.post("touchpoints/batch", sent)
    assert (answer.status_code, answer.json()["code"]) == (422, "batch-rejected")
    assert answer.json()["errors"][0]["pointer"] == "/items/1/title"
    assert acme.get("touchpoints?source=zendesk").json()["results"] == []


def test_a_batch_that_is_none_is_refused(world: SampleWorld, acme: ApiClient) -> None:
    for body in (
        {},
        {"items": []},
        {"items": "x"},
        {"items": {}},
        {"items": [item(world)], "atomic": 1},
    ):
        assert acme.post("touchpoints/batch", body).status_code == 400
    bob = personal_client(world.bob.actor)
    assert bob.post("touchpoints/batch", {"items": [item(world)]}).status_code == 403
    theirs = {"items": [item(world)], "workspace": str(world.twin.id)}
    assert acme.post("touchpoints/batch", theirs).status_code == 404


def test_one_is_put_by_its_external_id(world: SampleWorld, acme: ApiClient) -> None:
    said = {k: v for k, v in item(world).items() if k not in {"source", "external_id"}}
    url = "touchpoints/by-external-id/zendesk/a/b%20c"
    assert acme.get(url).status_code == 404
    made = acme.put(url, said, If_None_Match="*")
    assert (made.status_code, made["Sync-Result"]) == (201, "created"), made.content
    assert made.json()["external_id"] == "a/b c"
    assert acme.get(url).json() == made.json()
    assert acme.put(url, said)["Sync-Result"] == "unchanged"
    exists = acme.put(url, said, If_None_Match="*")
    assert (exists.status_code, exists["ETag"]) == (412, made["ETag"])
    assert exists.json()["detail"].startswith("A touchpoint with this external id already exists.")
    assert acme.get(made["Location"]).json() == made.json()
    newer = said | {"title": "New", "source_updated_at": "2026-11-23T11:00:00Z"}
    assert acme.put(url, newer, If_Match='"0"').status_code == 412
    changed = acme.put(url, newer, If_Match=made["ETag"])
    assert (changed.status_code, changed.json()["title"]) == (200, "New")
    assert acme.put(url, said)["Sync-Result"] == "stale"
    bad = acme.put(url, said | {"stage": str(uuid7())})
    assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (400, "/stage")


def test_one_that_was_read_by_its_external_id_is_put_back(
    world: SampleWorld, acme: ApiClient
) -> None:
    url = "touchpoints/by-external-id/zendesk/1"
    acme.post("touchpoints/batch", {"items": [item(world, attributes={"a": [1.5]})]})
    read = acme.get(url)
    assert acme.get(url, If_None_Match=read["ETag"]).status_code == 304
    changed = acme.put(url, read.json() | {"title": "Changed"}, If_Match=read["ETag"])
    assert changed.status_code == 200, changed.content
    moved_on = {name: changed.json()[name] for name in ("version", "feed", "updated_at")}
    assert changed.json() == read.json() | {"title": "Changed"} | moved_on
    for wrong in ({"id": str(uuid7())}, {"source": "crm"}, {"version": 0}, {"shape": 1}):
        refused = acme.put(url, changed.json() | wrong)
        assert refused.status_code == 400, wrong
        assert refused.json()["errors"][0]["pointer"] == f"/{next(iter(wrong))}"


def test_a_put_sent_again_is_answered_as_the_first_time(
    world: SampleWorld, acme: ApiClient
) -> None:
    said = {k: v for k, v in item(world).items() if k not in {"source", "external_id"}}
    url, key = "touchpoints/by-external-id/zendesk/1", {"Idempotency_Key": "put-00001"}
    first = acme.put(url, said, If_None_Match="*", **key)
    acme.put(url, {"title": "Later"})
    for _ in range(2):
        again = acme.put(url, said, If_None_Match="*", **key)
        assert (again.status_code, again.json()) == (201, first.json())
        assert again["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first
        for name in ("ETag", "Location", "Sync-Result"):
            assert again[name] == first[name]
        acme.delete(f"touchpoints/{first.json()['id']}")


def test_a_journey_that_is_full_refuses_a_put(
    world: SampleWorld, acme: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Touchpoint, "max_per_stream", 1)
    new = {"title": "One more", "stage": str(world.acme.stages["Buy"])}
    answer = acme.put("touchpoints/by-external-id/zendesk/1", new)
    assert (answer.status_code, answer.json()["code"]) == (409, "journey-full")


def test_a_key_is_used_up_with_the_query_it_came_with(acme: ApiClient) -> None:
    sent = {"text": "journey\n  section A\n    B: 5: Me\n"}
    key = {"Idempotency_Key": "import-0009"}
    assert acme.post("imports/mermaid?title=One", sent, **key).status_code == 201
    assert acme.post("imports/mermaid?title=Two", sent, **key).status_code == 422


def test_a_mermaid_file_comes_in_once_and_goes_out(world: SampleWorld, acme: ApiClient) -> None:
    text = b"journey\n  title My day\n  section Morning\n    Make tea: 5: Me\n"

    def send(body: bytes, key: str, content_type: str = "text/plain") -> Any:
        headers = acme.headers | {"Idempotency-Key": key}
        url = "/api/v1/imports/mermaid"
        return acme.client.generic("POST", url, body, content_type, headers=headers)

    made = send(text, "import-0001")
    assert made.status_code == 201, made.content
    again = send(text, "import-0001")
    assert again.json() == made.json() and again["Idempotency-Replayed"] == "true"
    out = acme.get(f"journeys/{made.json()['journey']}/export?format=mermaid")
    assert out["Content-Type"] == "text/plain; charset=utf-8"
    assert "Make tea: 5: Me" in out.content.decode()
    assert send(b"flowchart TD", "import-0002").status_code == 400
    assert send(text, "import-0003", "text/html").status_code == 415
    assert send(text, "import-0003", "application/json").json()["code"] == "malformed-json"
    wrapped = json.dumps({"text": text.decode()}).encode()
    for kind, sent in (("application/json", wrapped), ("application/octet-stream", text)):
        assert send(sent, f"import-{kind[-4:]}", kind).status_code == 201
    for wrong in ({}, {"text": 5}, {"text": "flowchart TD"}, {"text": "journey", "x": 1}):
        assert (
            send(json.dumps(wrong).encode(), "import-0004", "application/json").status_code == 400
        )
    assert acme.get(f"journeys/{made.json()['journey']}/export?format=xes").status_code == 400
    assert acme.get(f"journeys/{world.twin.journey}/export").status_code == 404
