"""Create, retrieve, list, update and delete records of every type, and the errors of each."""

import pytest

from core.ids import uuid7
from tests.support.api_client import ApiClient, personal_client, told_apart
from tests.support.factories import SampleWorld
from tests.support.nouns import NOUNS, filled
from tests.support.openapi import openapi_description


@pytest.mark.parametrize("noun", NOUNS)
def test_a_noun_is_made_read_listed_changed_and_removed(
    noun: str, world: SampleWorld, acme: ApiClient
) -> None:
    new = filled(NOUNS[noun]["new"], world)
    made = acme.post(noun, new)
    assert made.status_code == 201, made.content
    body = made.json()
    assert {k: body[k] for k in new} == new
    assert made["Location"] == f"/api/v1/{noun}/{body['id']}"

    read = acme.get(made["Location"])
    assert read.status_code == 200 and read.json() == body
    assert read["ETag"] == f'"{body["version"]}"' == made["ETag"]
    assert acme.get(made["Location"], If_None_Match=read["ETag"]).status_code == 304
    assert body["id"] in [
        result["id"] for result in acme.get(f"{noun}?limit=200").json()["results"]
    ]

    change = NOUNS[noun]["change"]
    changed = acme.patch(made["Location"], change, If_Match=read["ETag"])
    assert changed.status_code == 200, changed.content
    assert {k: v for k, v in change.items() if k != "after"}.items() <= changed.json().items()
    stale = acme.patch(made["Location"], change, If_Match=read["ETag"])
    if changed["ETag"] != read["ETag"]:
        assert stale.status_code == 412 and stale["ETag"] == changed["ETag"]

    assert acme.delete(made["Location"], If_Match='"0"').status_code == 412
    assert acme.delete(made["Location"], If_Match=changed["ETag"]).status_code == 204
    assert acme.get(made["Location"]).status_code == 404


@pytest.mark.parametrize("noun", NOUNS)
def test_unknown_and_read_only_fields_are_refused_where_they_stand(
    noun: str, world: SampleWorld, acme: ApiClient
) -> None:
    new = filled(NOUNS[noun]["new"], world)
    unknown = acme.post(noun, new | {"owner": "x"}).json()
    assert unknown["code"] == "unknown-field" and unknown["errors"][0]["pointer"] == "/owner"
    made = acme.post(noun, new).json()
    path = f"{noun}/{made['id']}"
    assert acme.patch(path, {"version": made["version"], "id": made["id"]}).status_code == 200
    refused = acme.patch(path, {"version": 99})
    assert refused.status_code == 400
    assert refused.json()["errors"][0] == {
        "pointer": "/version",
        "code": "read-only",
        "detail": "This field is read-only.",
    }


@pytest.mark.parametrize("noun", NOUNS)
def test_a_foreign_id_answers_like_one_that_does_not_exist(
    noun: str, world: SampleWorld, acme: ApiClient, twin: ApiClient
) -> None:
    theirs = twin.post(noun, filled(NOUNS[noun]["new"], world, of_twin=True)).json()["id"]
    for method, body in (("GET", None), ("PATCH", NOUNS[noun]["change"]), ("DELETE", None)):
        answers = [acme.send(method, f"{noun}/{one}", body) for one in (theirs, uuid7())]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert told_apart(*answers) is False


@pytest.mark.parametrize("noun", NOUNS)
def test_a_foreign_id_in_any_field_answers_like_one_that_does_not_exist(
    noun: str, world: SampleWorld, acme: ApiClient
) -> None:
    new = NOUNS[noun]["new"]
    ours, theirs = filled(new, world), filled(new, world, of_twin=True)
    optional = {
        "persons": {"member": world.charlie.member.id},
        "journeys": {"persona": world.twin.persona},
        "steps": {"opens": world.twin.journey},
        "touchpoints": {"channel": world.twin.channels["Shop"]},
    }
    foreign = {name: theirs[name] for name, value in new.items() if str(value).startswith("@")}
    for name, their_id in (foreign | optional.get(noun, {})).items():
        answers = [acme.post(noun, ours | {name: str(one)}) for one in (their_id, uuid7())]
        assert [answer.status_code for answer in answers] == [400, 400], answers[0].content
        assert answers[0].json()["errors"][0]["pointer"] == f"/{name}"
        assert told_apart(*answers) is False


@pytest.mark.parametrize("noun", NOUNS)
def test_a_viewer_reads_and_does_not_write(noun: str, world: SampleWorld, acme: ApiClient) -> None:
    bob = personal_client(world.bob.actor)
    listed = bob.get(noun)
    assert listed.status_code == 200
    new = bob.post(noun, filled(NOUNS[noun]["new"], world))
    assert (new.status_code, new.json()["code"]) == (403, "insufficient-role")
    one = listed.json()["results"][0]["id"]
    assert bob.patch(f"{noun}/{one}", NOUNS[noun]["change"]).status_code == 403
    assert bob.delete(f"{noun}/{one}").status_code == 403


@pytest.mark.parametrize("noun", NOUNS)
def test_what_a_new_record_needs_is_required(
    noun: str, world: SampleWorld, acme: ApiClient
) -> None:
    """The OpenAPI schema and the server agree, field by field."""
    schema = openapi_description()["components"]["schemas"][request_of(noun)]
    new = filled(NOUNS[noun]["new"], world)
    assert set(schema["required"]) <= set(new)
    for name in schema["required"]:
        refused = acme.post(noun, {k: v for k, v in new.items() if k != name})
        assert refused.status_code == 400
        error = refused.json()["errors"][0]
        assert (error["pointer"], error["code"]) == (f"/{name}", "required"), error
    made = acme.post(noun, {name: new[name] for name in schema["required"]} | ALONE.get(noun, {}))
    assert made.status_code == 201, made.content


ALONE = {"lanes": {"kind": "customer"}}  # a lane of kind `department` needs a department


def request_of(noun: str) -> str:
    body = openapi_description()["paths"][f"/api/v1/{noun}"]["post"]["requestBody"]["content"]
    return str(body["application/json"]["schema"]["$ref"].rpartition("/")[2])


def test_a_new_stage_has_a_first_step(world: SampleWorld, acme: ApiClient) -> None:
    made = acme.post("stages", {"journey": str(world.acme.journey), "title": "Leave"}).json()
    steps = acme.get(f"steps?stage={made['id']}").json()["results"]
    assert [step["title"] for step in steps] == ["First step"]


def test_a_protected_record_is_not_removed(world: SampleWorld, acme: ApiClient) -> None:
    answer = acme.delete(f"departments/{world.acme.departments['Retail']}")
    assert (answer.status_code, answer.json()["code"]) == (409, "protected")


def test_a_client_may_choose_the_id_once(
    world: SampleWorld, acme: ApiClient, twin: ApiClient
) -> None:
    chosen = str(uuid7())
    assert acme.post("personas", {"name": "P", "id": chosen}).json()["id"] == chosen
    mine = acme.post("personas", {"name": "Q", "id": chosen})
    other = twin.post("personas", {"name": "Q", "id": chosen})
    assert mine.status_code == other.status_code == 409
    assert mine.json()["code"] == other.json()["code"] == "id-taken"
    assert told_apart(mine, other) is False
