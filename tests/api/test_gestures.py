"""Idempotency, If-Match, edits and undo."""

from typing import Any

import pytest

from changes.models import Stream
from core.ids import uuid7
from core.tenancy import tenant_scope
from ownership import audit
from tests.support.api_client import ApiClient, personal_client, service_client, told_apart
from tests.support.factories import SampleWorld
from tests.support.nouns import NOUNS, filled
from workspaces.models import Member


def version(world: SampleWorld) -> int:
    with tenant_scope([world.acme.id]):
        return sum(Stream.objects.filter(workspace=world.acme.id).values_list("version", flat=True))


@pytest.mark.parametrize("noun", NOUNS)
def test_a_post_sent_again_is_answered_again_and_done_once(
    noun: str, world: SampleWorld, acme: ApiClient
) -> None:
    new = filled(NOUNS[noun]["new"], world)
    first = acme.post(noun, new, Idempotency_Key="the-same-1")
    before = version(world)
    again = acme.post(noun, new, Idempotency_Key='"the-same-1"')
    assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
    assert again.json() == first.json()
    assert "Idempotency-Replayed" not in first
    other = acme.post(noun, new | {"id": str(uuid7())}, Idempotency_Key="the-same-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert version(world) == before


@pytest.mark.parametrize("noun", NOUNS)
def test_a_patch_and_a_delete_sent_again_are_answered_as_the_first_time(
    noun: str, world: SampleWorld, acme: ApiClient
) -> None:
    url = acme.post(noun, filled(NOUNS[noun]["new"], world))["Location"]
    change = {"title": "Other"} if "title" in NOUNS[noun]["new"] else NOUNS[noun]["change"]
    first = acme.patch(url, change, Idempotency_Key="patch-0001")
    assert first.status_code == 200 and "Idempotency-Replayed" not in first
    later = {"title": "Another"} if "title" in change else {}
    acme.patch(url, later)
    again = acme.patch(url, change, Idempotency_Key="patch-0001")
    assert again["Idempotency-Replayed"] == "true"
    assert (again.json(), again["ETag"]) == (first.json(), first["ETag"])

    gone = acme.delete(url, Idempotency_Key="delete-0001")
    repeated = acme.delete(url, Idempotency_Key="delete-0001")
    assert (gone.status_code, repeated.status_code) == (204, 204)
    assert repeated["Idempotency-Replayed"] == "true"
    assert acme.patch(url, change, Idempotency_Key="patch-0001").json() == first.json()
    assert acme.delete(url, Idempotency_Key="delete-0002").status_code == 404
    assert acme.delete(url).status_code == 404
    assert (
        service_client(world.acme.id).delete(url, Idempotency_Key="delete-0001").status_code == 404
    )
    assert (
        service_client(world.twin.id).delete(url, Idempotency_Key="delete-0001").status_code == 404
    )


def test_a_request_sent_again_is_answered_as_the_first_time_when_its_journey_has_gone(
    world: SampleWorld,
) -> None:
    """Each of these requests looks up its parent, since removed, before it writes."""
    dana, place = personal_client(world.dana.actor), world.acme
    journey = dana.post("journeys", {"title": "To be removed", "first_stage": "One"}).json()["id"]
    stage = dana.get(f"stages?journey={journey}").json()["results"][0]["id"]
    step = dana.get(f"steps?stage={stage}").json()["results"][0]["id"]
    lane = dana.get(f"lanes?journey={journey}").json()["results"][0]["id"]
    person, alice = str(world.dana.person_id), str(world.alice.person_id)
    care = str(place.departments["Care"])
    comment = {"journey": journey, "subject_type": "stage", "subject_id": stage, "body": "So?"}
    thread = dana.post("comments", comment).json()["id"]
    renames = [
        {"ops": [{"op": "set", "type": "stage", "id": stage, "fields": {"title": title}}]}
        for title in ("Two", "Three")
    ]
    item = {"stage": stage, "title": "Call"}
    requests: list[tuple[str, str, Any, dict[str, str]]] = [
        ("POST", "stages", {"journey": journey, "title": "S"}, {}),
        ("POST", "steps", {"stage": stage, "title": "S"}, {}),
        ("POST", "notes", {"step": step, "kind": "pain", "title": "N"}, {}),
        ("POST", "touchpoints", {"step": step, "lane": lane, "title": "T"}, {}),
        ("POST", "promises", {"made_in": step, "tested_in": step, "title": "P"}, {}),
        ("PATCH", f"stages/{stage}", {"summary": "S"}, {}),
        ("POST", f"stages/{stage}/lock", None, {}),
        ("POST", f"stages/{stage}/unlock", None, {}),
        ("POST", f"journeys/{journey}/edits", renames[0], {}),
        ("POST", f"journeys/{journey}/edits", renames[1] | {"id": str(uuid7())}, {}),
        ("POST", f"journeys/{journey}/named-versions", {"name": "N", "number": 1}, {}),
        ("POST", f"journeys/{journey}/restore", {"version": 3}, {}),
        ("POST", f"journeys/{journey}/duplicate", {"title": "D", "as": "copy"}, {}),
        ("POST", "touchpoints/batch", {"items": [{"source": "s", "external_id": "1"} | item]}, {}),
        ("PUT", "touchpoints/by-external-id/s/2", item, {"If_None_Match": "*"}),
        ("POST", "comments", comment, {}),
        ("POST", "comments", {"thread": thread, "body": "No."}, {}),
        ("POST", f"comments/{thread}/resolve", None, {}),
        ("PATCH", f"comments/{thread}", {"body": "Why?"}, {}),
        ("POST", "directorships", {"stage": stage, "person": person}, {}),
        ("POST", "claims", {"stage": stage, "person": person, "department": care}, {}),
        ("POST", "appointments", {"journey": journey, "office": "producer", "person": alice}, {}),
    ]

    def send(number: int) -> Any:
        method, url, body, headers = requests[number]
        return dana.send(method, url, body, Idempotency_Key=f"gone-{number:04}", **headers)

    first = [send(number) for number in range(len(requests))]
    assert [one.content for one in first if one.status_code >= 300] == []
    assert dana.delete(f"journeys/{journey}").status_code == 204
    for number, one in enumerate(first):
        again = send(number)
        assert again.status_code == one.status_code, (requests[number], again.content)
        assert again.json() == one.json() and again["Idempotency-Replayed"] == "true"
        assert again.get("ETag") == one.get("ETag")
    reused = dana.post(
        "stages", {"journey": journey, "title": "Other"}, Idempotency_Key="gone-0000"
    )
    assert reused.status_code in {400, 422}
    others = service_client(place.id).post("stages", requests[0][2], Idempotency_Key="gone-0000")
    assert others.status_code == 400, "a key belongs to its credential"


def test_a_patch_of_a_comment_sent_again_is_no_change_of_another(world: SampleWorld) -> None:
    """The comment already has the requested text, but not the version that If-Match names."""
    dana = personal_client(world.dana.actor)
    new = {"journey": str(world.acme.journey), "subject_type": "stage", "body": "So?"}
    made = dana.post("comments", new | {"subject_id": str(world.acme.stages["Use"])})
    headers = {"If_Match": made["ETag"], "Idempotency_Key": "comment-0001"}
    first, again = (dana.patch(made["Location"], {"body": "Now?"}, **headers) for _ in range(2))
    assert (again.status_code, again.json()) == (200, first.json())
    assert again["Idempotency-Replayed"] == "true"


def test_a_key_belongs_to_its_credential(world: SampleWorld, acme: ApiClient) -> None:
    other = service_client(world.acme.id)
    made = [
        one.post("personas", {"name": name}, Idempotency_Key="shared-key")
        for one, name in ((acme, "A"), (other, "B"))
    ]
    assert [one.status_code for one in made] == [201, 201]


def test_a_key_has_a_form_and_may_be_left_out(world: SampleWorld, acme: ApiClient) -> None:
    for key, code in (
        ("short", "idempotency-key-invalid"),
        ("with space", "idempotency-key-invalid"),
    ):
        answer = acme.post("personas", {"name": "P"}, Idempotency_Key=key)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
    for status in (201, 409):  # without a key, each request is carried out
        answer = acme.client.post(
            "/api/v1/personas", {"name": "P"}, content_type="application/json", headers=acme.headers
        )
        assert answer.status_code == status
    session = ApiClient(user=world.alice.user)
    answer = session.client.post("/api/v1/personas", {"name": "Q"}, content_type="application/json")
    assert answer.status_code == 201


def test_rights_are_checked_before_a_replay(world: SampleWorld) -> None:
    alice = personal_client(world.alice.actor)
    assert alice.post("personas", {"name": "P"}, Idempotency_Key="mine-0001").status_code == 201
    Member.objects.filter(id=world.alice.member.id).update(role="viewer")
    answer = alice.post("personas", {"name": "P"}, Idempotency_Key="mine-0001")
    assert answer.status_code == 403


# -- edits


def rename(world: SampleWorld, title: str) -> list[dict[str, Any]]:
    stage = str(world.acme.stages["Buy"])
    return [{"op": "set", "type": "stage", "id": stage, "fields": {"title": title}}]


def test_a_gesture_is_idempotent_by_its_id_and_undone_by_it(
    world: SampleWorld, acme: ApiClient
) -> None:
    path = f"journeys/{world.acme.journey}/edits"
    gesture = {"id": str(uuid7()), "ops": rename(world, "Pay")}
    first = acme.post(path, gesture)
    assert first.status_code == 200, first.content
    again = acme.post(path, gesture)
    assert again.json() == first.json() and again["Idempotency-Replayed"] == "true"
    reused = acme.post(path, gesture | {"ops": rename(world, "Other")})
    assert reused.status_code == 422
    undone = acme.post(path, {"id": str(uuid7()), "undo": gesture["id"]})
    assert undone.json()["sets"][0]["changes"][0]["after"] == {"title": "Buy"}
    assert acme.post(path, {"undo": gesture["id"]}).json()["code"] == "not-undoable"
    assert acme.post(path, {"undo": str(uuid7())}).status_code == 400


def test_edits_honour_if_match_on_the_journeys_version(world: SampleWorld, acme: ApiClient) -> None:
    path = f"journeys/{world.acme.journey}"
    read = acme.get(f"{path}/snapshot")
    assert acme.get(f"{path}/snapshot", If_None_Match=read["ETag"]).status_code == 304
    done = acme.post(f"{path}/edits", {"ops": rename(world, "A")}, If_Match=read["ETag"])
    assert done.status_code == 200
    stale = acme.post(f"{path}/edits", {"ops": rename(world, "B")}, If_Match=read["ETag"])
    assert (stale.status_code, stale["ETag"]) == (412, acme.get(f"{path}/snapshot")["ETag"])


def test_a_bad_op_points_at_its_place_and_nothing_is_written(
    world: SampleWorld, acme: ApiClient
) -> None:
    path = f"journeys/{world.acme.journey}/edits"
    before = version(world)
    stage = str(world.acme.stages["Buy"])
    base = {"op": "set", "type": "stage", "id": stage}
    moved = {"op": "move", "type": "step", "id": str(world.acme.steps["Asks"])}
    for op, pointer in (
        (base | {"fields": {"title": ""}}, "/ops/1/fields/title"),
        (base | {"op": "grow"}, "/ops/1/op"),
        (base | {"type": "member"}, "/ops/1/type"),
        (base | {"type": "directorship"}, "/ops/1/type"),
        (base | {"id": "x"}, "/ops/1/id"),
        (base | {"colour": 1}, "/ops/1/colour"),
        (moved | {"place": {"stage": str(world.twin.stages["Buy"])}}, "/ops/1/place/stage"),
    ):
        answer = acme.post(path, {"ops": [*rename(world, "Pay"), op]})
        assert answer.status_code == 400, answer.content
        assert answer.json()["errors"][0]["pointer"] == pointer
    gone = acme.post(path, {"ops": [{"op": "remove", "type": "stage", "id": str(uuid7())}]})
    assert (gone.status_code, gone.json()["code"]) == (409, "gone")
    assert acme.post(path, {"ops": []}).status_code == 400
    assert acme.post(path, {"ops": rename(world, "P") * 501}).status_code == 400
    assert acme.post(path, {"ops": rename(world, "P"), "undo": stage}).status_code == 400
    assert version(world) == before


def test_a_journeys_door_does_not_open_the_directory(world: SampleWorld, acme: ApiClient) -> None:
    for path in ("snapshot", "changes"):
        assert acme.get(f"journeys/{world.acme.id}/{path}").status_code == 404
        assert acme.get(f"workspaces/{world.acme.journey}/{path}").status_code == 404
        answers = [acme.get(f"journeys/{one}/{path}") for one in (world.twin.journey, uuid7())]
        assert told_apart(*answers) is False
    ops = {"ops": [{"op": "add", "type": "department", "fields": {"name": "Legal"}}]}
    assert acme.post(f"workspaces/{world.acme.id}/edits", ops).status_code == 200
    assert acme.post(f"workspaces/{world.twin.id}/edits", ops).status_code == 404


def test_what_the_audit_wrote_meanwhile_makes_no_edit_stale(
    world: SampleWorld, acme: ApiClient
) -> None:
    path = f"journeys/{world.acme.journey}"
    acme.post(f"{path}/edits", {"ops": rename(world, "A")})
    read = acme.get(f"{path}/snapshot")
    audit.run_audit(world.acme.id)
    audited = acme.get(f"{path}/snapshot", If_None_Match=read["ETag"])
    assert (audited.status_code, audited["ETag"] != read["ETag"]) == (200, True)
    done = acme.post(f"{path}/edits", {"ops": rename(world, "B")}, If_Match=read["ETag"])
    assert done.status_code == 200
    for stale in (read["ETag"], audited["ETag"], '"0"', '"999"', '"x"'):
        refused = acme.post(f"{path}/edits", {"ops": rename(world, "C")}, If_Match=stale)
        assert refused.status_code == 412
    world.acme.edit(*rename(world, "D"))
    refused = acme.post(
        f"{path}/edits",
        {"ops": rename(world, "E")},
        If_Match=f'"{done.json()["sets"][0]["version"]}"',
    )
    assert refused.status_code == 412, "a program's own writing counts"


def test_changes_are_pulled_by_version_and_by_feed(world: SampleWorld, acme: ApiClient) -> None:
    path = f"journeys/{world.acme.journey}/edits"
    start = acme.get(f"journeys/{world.acme.journey}/snapshot").json()["version"]
    feed = acme.get(f"workspaces/{world.acme.id}/changes?limit=500").json()["results"][-1]["feed"]
    for title in "abc":
        acme.post(path, {"ops": rename(world, title)})
    page = acme.get(f"journeys/{world.acme.journey}/changes?since={start}&limit=2").json()
    assert [result["version"] for result in page["results"]] == [start + 1, start + 2]
    rest = acme.get(page["next"]).json()
    assert [result["version"] for result in rest["results"]] == [start + 3] and rest["next"] is None
    news = acme.get(f"workspaces/{world.acme.id}/changes?since={feed}").json()["results"]
    assert news == page["results"] + rest["results"]
    for bad in ("since=-1", "since=x", "limit=0", "limit=501", "since=1&since=2", "until=3"):
        assert acme.get(f"journeys/{world.acme.journey}/changes?{bad}").status_code == 400
