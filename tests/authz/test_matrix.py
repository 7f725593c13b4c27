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
from tests.support.storyboards import MULTIPART

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
# The members with the fewest and the most rights, who must not see other workspaces either.
LEAST_AND_MOST = ("bob", "dana")


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
    if isinstance(said, bytes) and said.startswith(b"--"):
        content = MULTIPART
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

    def ask(self, row: Row, name: str, url: str = "") -> Any:
        """Send a row's request as an actor, by default about the workspace's own object."""
        return ask(self.who[name], row, url or address(row, self.ours), self.ours)

    def status(self, row: Row, name: str) -> int:
        return self.ask(row, name).status_code


def build_scene(world: SampleWorld) -> Scene:
    ours = build_things(world.acme, "erin", "bob", "alice", "dana")
    theirs = build_things(world.twin, "charlie", "tessa", "charlie", "tessa")
    return Scene(world, ours, theirs, build_actors(world))


@pytest.fixture(scope="module")
def unchanged_scene(django_db_setup: None, django_db_blocker: Any) -> Scene:
    """Share a scene between all requests that change nothing, because building it is slow."""
    with django_db_blocker.unblock():
        return build_scene(build_world())


@pytest.fixture
def own_scene(world: SampleWorld) -> Scene:
    """Return a scene that a row may change. It has only the members as actors, and no twin."""
    ours = build_things(world.acme, "erin", "bob", "alice", "dana")
    who = {name: ApiClient(user=getattr(world, name).user) for name in MEMBERS}
    return Scene(world, ours, {}, who)


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.name}")
def test_a_row_holds_for_everybody(
    row: Row, db: None, unchanged_scene: Scene, request: pytest.FixtureRequest
) -> None:
    if row.public:
        scene = build_scene(request.getfixturevalue("world"))
        statuses = {scene.status(row, name) for name in (*MEMBERS, "charlie", "nobody")}
        assert statuses <= {200, 302, 303, 403, 422}
        return
    own = None if row.method == "GET" else request.getfixturevalue("own_scene")
    check_refused(row, unchanged_scene)
    check_allowed(row, own or unchanged_scene)


def check_refused(row: Row, scene: Scene) -> None:
    """Check who is refused, and that this writes nothing."""
    nowhere = {name: str(uuid7()) for name in scene.ours}
    before = checksum(scene.world.acme.id)
    assert scene.status(row, "nobody") == (401 if row.is_api else 302)
    if row.is_api:
        for name in ("expired", "revoked"):
            assert scene.status(row, name) == 401
        is_of_members = "member" in row.name or "demotion" in row.name
        refused = 403 if row.session or row.method != "GET" or is_of_members else 200
        is_personal = "invitation" in row.name or row.name == "api_notice"
        assert scene.status(row, "reader") == (403 if is_personal else refused)
    assert scene.status(row, "charlie") == row.stranger
    if row.thing:
        assert scene.status(row, "gone") in ({404} if row.is_api else {403, 404})
        foreign, absent = address(row, scene.theirs), address(row, nowhere)
        for name in LEAST_AND_MOST:
            answers = [scene.ask(row, name, url) for url in (foreign, absent)]
            assert [answer.status_code for answer in answers] == [404, 404], name
            assert not row.is_api or told_apart(*answers) is False

    for name in set(MEMBERS) - row.may:
        assert scene.status(row, name) in ({403, 409, 422} if row.late else {403}), name
    if row.stranger not in {200, 201, 302} and row.method != "GET":
        assert checksum(scene.world.acme.id) == before, "somebody who may not wrote something"


def check_allowed(row: Row, scene: Scene) -> None:
    """Check that all other actors, if any, pass authorization."""
    allowed = sorted(row.may)
    if not allowed:
        return
    first = scene.ask(row, allowed[0])
    assert passes(row, first), (allowed[0], first.status_code, first.content[:300])
    for name in allowed[1:]:
        assert scene.status(row, name) not in {401, 403, 500, 503}, name
