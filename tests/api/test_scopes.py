"""Every endpoint that reads or writes a record checks the token's scope for the record type."""

from typing import Any

from changes.api.streams import STREAM_READ_SCOPES
from changes.models import record_types
from core.actors import MODERATE, READ, SPONSOR
from core.scopes import token_scopes
from tests.support.api_client import ApiClient, service_client
from tests.support.factories import SampleWorld
from tests.support.nouns import NOUNS, filled
from workspaces.access import ALL_RIGHTS, ROLE_RIGHTS
from workspaces.models import Role, Token

TYPES = {
    f"{slug}s": model for slug, model in record_types().items() if model.op_fields or model.place
}
OF_STREAMS = ("snapshot", "changes", "history")


def only(world: SampleWorld, scope: str) -> ApiClient:
    return service_client(world.acme.id, scope)


def all_but(world: SampleWorld, noun: str) -> ApiClient:
    return service_client(
        world.acme.id, *(scope for scope in token_scopes() if not scope.startswith(noun))
    )


def refused(answer: Any) -> bool:
    """Return whether the scope was missing. Fail for any other error."""
    if answer.status_code == 403:
        assert answer.json()["code"] == "insufficient-scope", answer.content
        return True
    assert answer.status_code < 300, answer.content
    return False


def test_every_type_that_ops_write_is_a_noun_with_the_same_scope() -> None:
    assert set(TYPES) == set(NOUNS)
    assert {model.scope for model in TYPES.values()} == {"maps", "touchpoints", "people"}


def test_every_right_comes_with_a_scope_or_needs_a_login() -> None:
    assert set(ROLE_RIGHTS) == set(Role.values)
    in_scopes = frozenset[str]().union(*(scope.rights for scope in token_scopes().values()))
    assert ALL_RIGHTS - in_scopes == {MODERATE, SPONSOR}
    assert in_scopes <= ALL_RIGHTS


def test_the_scopes_of_a_type_give_the_rights_to_read_and_write_it() -> None:
    for model in record_types().values():
        assert READ in token_scopes()[f"{model.scope}:read"].rights
    for model in TYPES.values():
        assert model.required_right in token_scopes()[f"{model.scope}:write"].rights


def test_a_new_scope_locks_no_token_out_of_snapshots() -> None:
    """Give a new record type one of these scopes, or tokens that pull data stop working."""
    assert STREAM_READ_SCOPES == (
        "people:read",
        "maps:read",
        "touchpoints:read",
        "ownership:read",
        "comments:read",
    )


def test_a_scope_that_no_app_declares_any_more_gives_nothing(world: SampleWorld) -> None:
    client = only(world, "maps:read")
    Token.objects.filter(workspace=world.acme.id).update(scopes=["gone:write"])
    assert refused(client.get("journeys"))


def test_every_door_asks_for_the_scope_of_the_type(world: SampleWorld, acme: ApiClient) -> None:
    scopes = {model.scope for model in TYPES.values()}
    tokens = {scope: (only(world, f"{scope}:write"), all_but(world, scope)) for scope in scopes}
    for noun, model in TYPES.items():
        check_endpoints(noun, world, acme, *tokens[model.scope])


def check_endpoints(
    noun: str, world: SampleWorld, acme: ApiClient, holder: ApiClient, others: ApiClient
) -> None:
    """Try each endpoint with a token that has only the type's scope, and one with all others."""
    model = TYPES[noun]
    new = filled(NOUNS[noun]["new"], world)
    change = {"title": "B"} if "title" in new else {"name": "B"} if "name" in new else None
    made = acme.post(noun, new).json()
    home = made.get("journey", made["id"] if noun == "journeys" else None)
    stream = f"journeys/{home}" if home else f"workspaces/{world.acme.id}"
    url = f"{noun}/{made['id']}"
    name = {"type": model.slug, "id": made["id"]}
    fields = change or {k: v for k, v in NOUNS[noun]["change"].items() if k in model.op_fields}
    if not fields:
        fields = {"kind": new["kind"]}

    for program, wanted in ((others, True), (holder, False)):
        # reading
        assert refused(program.get(url)) is wanted
        assert refused(program.get(noun)) is wanted
        for part in OF_STREAMS if home else OF_STREAMS[:2]:
            # Streams need the scopes of all types.
            assert refused(program.get(f"{stream}/{part}")) is True
        # writing
        assert refused(program.patch(url, fields)) is wanted
        done = acme.post(f"{stream}/edits", {"ops": [{"op": "set", **name, "fields": fields}]})
        sets = done.json()["sets"]
        ops = [{"op": "set", **name, "fields": fields}]
        assert refused(program.post(f"{stream}/edits", {"ops": ops})) is wanted
        if sets:
            undo = {"undo": sets[0]["gesture"]}
            assert refused(program.post(f"{stream}/edits", undo)) is wanted
        if noun != "journeys":
            assert refused(program.delete(url)) is wanted


def test_a_restore_asks_for_the_scope_of_each_type_that_it_writes(
    world: SampleWorld, acme: ApiClient
) -> None:
    journey = f"journeys/{world.acme.journey}"
    before = acme.get(f"{journey}/snapshot").json()["version"]
    acme.patch(f"touchpoints/{world.acme.touchpoints['Signs']}", {"title": "Changed"})
    back = {"version": before}
    assert refused(only(world, "maps:write").post(f"{journey}/restore", back)) is True
    assert refused(only(world, "touchpoints:write").post(f"{journey}/restore", back)) is False
    acme.patch(f"stages/{world.acme.stages['Buy']}", {"title": "Changed"})
    assert refused(only(world, "touchpoints:write").post(f"{journey}/restore", back)) is True


def test_what_went_along_is_not_shown_to_a_token_that_may_not_read_it(
    world: SampleWorld, acme: ApiClient
) -> None:
    ops = [{"op": "remove", "type": "stage", "id": str(world.acme.stages["Use"])}]
    path, gesture = f"journeys/{world.acme.journey}/edits", {"ops": ops}
    mapper = only(world, "maps:write")
    for _ in range(2):  # the second request is a replay
        answer = mapper.post(path, gesture, Idempotency_Key="remove-a-stage")
        types = {change["type"] for change in answer.json()["sets"][0]["changes"]}
        assert types == {"stage", "step"}
    log = acme.get(f"journeys/{world.acme.journey}/changes?limit=500").json()["results"]
    assert "touchpoint" in {change["type"] for change in log[-1]["changes"]}
    undo = {"undo": log[-1]["gesture"]}
    assert refused(mapper.post(path, undo)) is True
    assert refused(acme.post(path, undo)) is False


def test_a_template_brings_touchpoints_so_it_needs_their_scope(world: SampleWorld) -> None:
    new = {"title": "A stay", "template": "hotel-stay"}
    mapper = only(world, "maps:write")
    assert refused(mapper.post("journeys", new)) is True
    assert refused(mapper.post("journeys", {"title": "A stay"})) is False
    assert (
        refused(
            service_client(world.acme.id, "maps:write", "touchpoints:write").post("journeys", new)
        )
        is False
    )
