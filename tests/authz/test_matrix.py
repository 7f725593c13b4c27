"""Check the authorization matrix against the server, for every route, role and tenant."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from core.ids import uuid7
from tests.authz.matrix import ROWS, address
from tests.authz.row import Row
from tests.support.actors import MEMBERS, build_actors, build_things
from tests.support.api_client import ApiClient, told_apart
from tests.support.checksum import checksum
from tests.support.factories import SampleWorld, build_world
from tests.support.routes import url_patterns

# allauth's pages for signing in and out, which belong to no workspace. No others are enabled.
OF_ALLAUTH = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_change_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
}


def routes() -> Iterator[tuple[str, str]]:
    """Return (method, name) for every route."""
    for pattern in url_patterns():
        view = getattr(pattern.callback, "view_class", None)
        kwargs = getattr(pattern.callback, "view_initkwargs", {})
        methods = kwargs.get("http_method_names", view.http_method_names) if view else ["get"]
        for method in set(methods) & {"get", "post", "put", "patch", "delete"}:
            if view is None or hasattr(view, method):
                yield method.upper(), pattern.name or str(pattern.pattern)


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    listed = [(row.method, row.name) for row in ROWS]
    there = {route for route in routes() if route[1] not in OF_ALLAUTH}
    assert {name for _, name in routes()} >= OF_ALLAUTH
    assert len(listed) == len(set(listed))
    assert there - set(listed) == set()
    assert set(listed) - there == set()


def ask(program: ApiClient, row: Row, url: str, ours: dict[str, Any]) -> Any:
    said = row.body(ours) if row.body else None
    if not row.is_api:
        return program.client.generic(row.method, url, b"", "application/x-www-form-urlencoded")
    content = "application/octet-stream" if isinstance(said, bytes) else "application/json"
    data = said if isinstance(said, bytes) else b"" if said is None else json.dumps(said).encode()
    headers = program.headers | {"Idempotency-Key": uuid7().hex}
    if row.method in {"PATCH", "DELETE"} or row.thing:
        headers["If-Match"] = "*"
    return program.client.generic(row.method, url, data, content, headers=headers)


def passes(row: Row, answer: Any) -> bool:
    """Return whether the request passed authorization, even if it then failed otherwise."""
    if row.is_api:
        return 200 <= answer.status_code < 300 or answer.status_code == 409
    return answer.status_code in {200, 204, 302, 303, 400, 409, 422}


@dataclass
class Scene:
    """Twin workspaces with one of everything in each, and a client per actor."""

    world: SampleWorld
    ours: dict[str, Any]
    theirs: dict[str, Any]
    who: dict[str, ApiClient]


def build_scene(world: SampleWorld) -> Scene:
    ours = build_things(world.acme, "erin", "bob", "alice", "dana")
    theirs = build_things(world.twin, "charlie", "tessa", "charlie", "tessa")
    return Scene(world, ours, theirs, build_actors(world))


@pytest.fixture(scope="module")
def scene_for_reads(django_db_setup: None, django_db_blocker: Any) -> Scene:
    """Share a scene between all rows that only read, because building it is slow."""
    with django_db_blocker.unblock():
        return build_scene(build_world())


@pytest.fixture
def scene(row: Row, db: None, request: pytest.FixtureRequest) -> Scene:
    """Return the shared scene for a GET, and a new one for a row that writes."""
    if row.method == "GET":
        return request.getfixturevalue("scene_for_reads")
    return build_scene(request.getfixturevalue("world"))


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(
            row,
            id=f"{row.method} {row.name}",
            marks=[] if row.method == "GET" else pytest.mark.slow,  # builds its own scene
        )
        for row in ROWS
    ],
)
def test_a_row_holds_for_everybody(row: Row, scene: Scene) -> None:
    world, ours, theirs, who = scene.world, scene.ours, scene.theirs, scene.who
    nowhere = {name: str(uuid7()) for name in ours}
    url = address(row, ours)
    before = checksum(world.acme.id)

    def status(name: str, at: str = url) -> int:
        return ask(who[name], row, at, ours).status_code

    if row.public:
        assert {status(name) for name in (*MEMBERS, "charlie", "nobody")} <= {
            200,
            302,
            303,
            403,
            422,
        }
        return
    assert status("nobody") == (401 if row.is_api else 302)
    if row.is_api:
        for name in ("expired", "revoked"):
            assert status(name) == 401
        refused = 403 if row.session or row.method != "GET" or "member" in row.name else 200
        is_personal = "invitation" in row.name or row.name == "api_notice"
        assert status("reader") == (403 if is_personal else refused)
    assert status("charlie") == row.stranger
    if row.thing:
        assert status("gone") in ({404} if row.is_api else {403, 404})
        foreign, absent = address(row, theirs), address(row, nowhere)
        for name in MEMBERS:
            answers = [ask(who[name], row, at, ours) for at in (foreign, absent)]
            assert [answer.status_code for answer in answers] == [404, 404], name
            assert not row.is_api or told_apart(*answers) is False

    for name in set(MEMBERS) - row.may:
        assert status(name) in ({403, 409, 422} if row.late else {403}), name
    if row.stranger not in {200, 201, 302} and row.method != "GET":
        assert checksum(world.acme.id) == before, "somebody who may not wrote something"

    allowed = sorted(row.may)
    first = ask(who[allowed[0]], row, url, ours)
    assert passes(row, first), (allowed[0], first.status_code, first.content[:300])
    for name in allowed[1:]:
        assert status(name) not in {401, 403, 500, 503}, name
