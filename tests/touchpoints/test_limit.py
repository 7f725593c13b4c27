"""The limit on records of one type per journey applies to every way of writing."""

from typing import Any

import pytest

from changes.models import record_types
from tests.support.api_client import ApiClient, service_client
from tests.support.factories import SampleWorld
from touchpoints.models import Touchpoint


@pytest.fixture
def acme(world: SampleWorld, monkeypatch: Any) -> ApiClient:
    """API client for a workspace whose journey can hold one more touchpoint."""
    count = len(world.acme.all(Touchpoint, stream=world.acme.journey))
    monkeypatch.setattr(Touchpoint, "max_per_stream", count + 1)
    return service_client(world.acme.id)


def add(world: SampleWorld) -> dict[str, Any]:
    place = {"step": str(world.acme.steps["Signs"]), "lane": str(world.acme.lanes["Retail"])}
    return {"op": "add", "type": "touchpoint", "fields": {"title": "One more"}, "place": place}


def assert_full(answer: Any) -> None:
    assert (answer.status_code, answer.json()["code"]) == (409, "journey-full")
    assert "at most" in answer.json()["detail"]


def test_ops_a_post_an_undo_and_a_duplicate_stop_at_the_limit(
    world: SampleWorld, acme: ApiClient
) -> None:
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


def test_in_a_batch_those_beyond_the_limit_fail_alone(world: SampleWorld, acme: ApiClient) -> None:
    stage = str(world.acme.stages["Buy"])
    items = [
        {"source": "load", "external_id": str(n), "stage": stage, "title": "New"} for n in range(3)
    ]
    answer = acme.post("touchpoints/batch", {"items": items}).json()
    assert [result["result"] for result in answer["results"]] == ["created", "failed", "failed"]
    assert {result["code"] for result in answer["results"][1:]} == {"journey-full"}
    again = acme.post("touchpoints/batch", {"items": items[:1]}).json()
    assert again["results"][0]["result"] == "unchanged"


def test_a_file_with_too_many_is_refused_as_a_whole(world: SampleWorld, acme: ApiClient) -> None:
    most = Touchpoint.max_per_stream
    lines = "".join(f"  Task {n}: 3: Somebody\n" for n in range(most + 1))
    answer = acme.client.post(
        "/api/v1/imports/mermaid",
        data=f"journey\n  section All\n{lines}",
        content_type="text/plain",
        headers=acme.headers | {"Idempotency-Key": "too-many-1"},
    )
    assert_full(answer)


@pytest.mark.parametrize(
    ("slug", "fields", "place"),
    [
        ("stage", {"title": "More"}, {}),
        ("step", {"title": "More"}, {"stage": "Buy"}),
        ("note", {"title": "More", "kind": "pain"}, {"step": "Signs"}),
        ("measure", {"title": "More"}, {"step": "Signs"}),
        ("promise", {"title": "More", "made_in": "Signs", "tested_in": "Signs"}, {}),
        ("frame", {"caption": "More"}, {"step": "Signs"}),
        ("persona", {"name": "More"}, {}),
        ("channel", {"name": "More"}, {}),
    ],
)
def test_every_type_has_a_limit(
    world: SampleWorld, monkeypatch: Any, slug: str, fields: dict[str, str], place: dict[str, str]
) -> None:
    model = record_types()[slug]
    in_directory = slug in {"persona", "channel"}
    stream = world.acme.id if in_directory else world.acme.journey
    monkeypatch.setattr(model, "max_per_stream", len(world.acme.all(model, stream=stream)) + 1)
    ids = {**world.acme.stages, **world.acme.steps}
    named = {name: str(ids.get(value, value)) for name, value in place.items()}
    sent = {name: str(ids.get(value, value)) for name, value in fields.items()}
    op = {"op": "add", "type": slug, "fields": sent, **({"place": named} if named else {})}
    where = "workspaces" if in_directory else "journeys"
    acme = service_client(world.acme.id)
    assert acme.post(f"{where}/{stream}/edits", {"ops": [op]}).status_code == 200
    if "name" in sent:
        op["fields"] = {"name": "And more"}
    answer = acme.post(f"{where}/{stream}/edits", {"ops": [op]})
    code = "directory-full" if in_directory else "journey-full"
    assert (answer.status_code, answer.json()["code"]) == (409, code)


def test_what_people_add_is_limited_whatever_its_type() -> None:
    unlimited = {slug for slug, model in record_types().items() if model.max_per_stream is None}
    assert unlimited == {"flag", "element"}  # drawing_update() limits elements
