"""Generated bad input to every endpoint gets a clear error, never a 5xx, and changes no table."""

import json
from typing import Any

import pytest
from django.test import Client

from core.api.body import MAX_SAFE_INTEGER, MAX_TEXT_BYTES, MIB
from core.ids import uuid7
from tests.support.api_client import BASE, ApiClient
from tests.support.checksum import checksum
from tests.support.factories import SampleWorld
from tests.support.routes import url_patterns

DEEP = b"[" * 100_000
BODIES: dict[str, tuple[bytes, set[int]]] = {
    "nothing": (b"", {400, 415}),
    "half": (b'{"name": "x', {400}),
    "text": (b"name=x", {400}),
    "two values": (b"{} {}", {400}),
    "a list": (b"[]", {400}),
    "null": (b"null", {400}),
    "a number": (b"1", {400}),
    "a key twice": (b'{"name": "a", "name": "b"}', {400}),
    "a deep key twice": (b'{"x": {"y": 1, "y": 1}}', {400}),
    "NaN": (b'{"name": NaN}', {400}),
    "Infinity": (b'{"name": -Infinity}', {400}),
    "a huge float": (b'{"name": 1e999}', {400}),
    "a huge number": (b'{"name": %d}' % (MAX_SAFE_INTEGER + 1), {400}),
    "a number of a megabyte": (b'{"name": ' + b"9" * 200_000 + b"}", {400}),
    "33 deep": (b'{"x":' * 33 + b"1" + b"}" * 33, {400}),
    "100,000 deep": (DEEP, {400}),
    "20,001 values": (b'{"x": [' + b"1," * 20_000 + b"1]}", {400, 413}),
    "a long text": (json.dumps({"name": "x" * (MAX_TEXT_BYTES + 1)}).encode(), {400, 413}),
    "NUL": (b'{"name": "a\\u0000b"}', {400}),
    "NUL in a key": (b'{"a\\u0000b": 1}', {400}),
    "half a character": (b'{"name": "\\ud800"}', {400}),
    "half a character in a key": (b'{"\\udfff": 1}', {400}),
    "latin-1": ('{"name": "é"}'.encode("latin-1"), {400}),
    "utf-16": ('{"name": "x"}'.encode("utf-16"), {400}),
    "a byte order mark": (b'\xef\xbb\xbf{"name": "x"}', {400}),
    "overlong utf-8": (b'{"name": "\xc0\xaf"}', {400}),
    "an unknown field": (b'{"__proto__": {}}', {400}),
    "every column": (
        b'{"workspace_id": "x", "stream_id": "x", "version": 9, "is_staff": true, "digest": ""}',
        {400},
    ),
}


FILES = ("imports/mermaid", "files", "/images")  # take no JSON


def writing_routes(world: SampleWorld) -> list[tuple[str, str]]:
    """Return (method, path) for every API endpoint that takes a JSON body."""
    ids = {"journeys": world.acme.journey, "workspaces": world.acme.id}
    ids |= {"stages": world.acme.stages["Buy"], "steps": world.acme.steps["Asks"]}
    ids |= {"touchpoints": world.acme.touchpoints["Signs"], "lanes": world.acme.lanes["Retail"]}
    ids |= {"personas": world.acme.persona, "promises": world.acme.promises["A call back"]}
    ids |= {"departments": world.acme.departments["Care"], "persons": world.bob.person_id}
    ids |= {"channels": world.acme.channels["Shop"], "members": world.bob.member.id}
    ids |= {"notes": world.acme.notes["Say when"]}
    ids |= {"measures": world.acme.measures["Days of waiting"]}
    routes = []
    for pattern in url_patterns("cxmap.api"):
        route = str(pattern.pattern)
        view = getattr(pattern.callback, "view_class", None)
        methods = {"POST", "PATCH", "PUT"} & {
            method.upper() for method in view.http_method_names if hasattr(view, method)
        }
        # An endpoint that takes no body would succeed if its record existed.
        takes_none = route.endswith(("/lock", "/unlock", "/cancel", "/drawing"))
        record_id = uuid7() if takes_none else ids.get(route.split("/")[0], uuid7())
        path = route.replace("<uuid:id>", str(record_id))
        path = path.replace("<str:source>/<path:external_id>", "crm/1")
        routes += [(method, path) for method in methods if not path.endswith(FILES)]
    return sorted(routes)


@pytest.mark.slow
@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_cannot_be_read_is_refused_by_every_endpoint(
    name: str, world: SampleWorld, acme: ApiClient
) -> None:
    body, statuses = BODIES[name]
    before = checksum(world.acme.id)
    session = ApiClient(user=world.dana.user)
    for method, path in writing_routes(world):
        needs_session = path.startswith("tokens") or path.endswith(("/share-links", "/presence"))
        program = session if needs_session else acme
        answer = program.send(method, path, body, If_Match="*")
        summary = f"{method} {path}: {answer.status_code} {answer.content[:300]!r}"
        # The record doesn't exist, or the endpoint accepts a missing or an empty body.
        allowed = statuses | ({404} if "/" in path else set())
        if path.endswith(("/accept", "/withdraw", "/end", "/decline", "/acknowledge")):
            allowed |= {404}
        assert answer.status_code in allowed, summary
        assert answer["Content-Type"] == "application/problem+json", summary
        problem = answer.json()
        assert problem["code"] and problem["request_id"] == answer["X-Request-Id"], summary
        assert (
            "Traceback" not in answer.content.decode() and "SELECT" not in answer.content.decode()
        )
    assert checksum(world.acme.id) == before


def test_a_body_is_json_in_utf_8_and_not_compressed(world: SampleWorld, acme: ApiClient) -> None:
    url, headers = f"{BASE}personas", acme.headers | {"Idempotency-Key": "some-key"}
    for content_type in (
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/json; charset=latin-1",
        "application/json; charset=utf-7",
        "application/json; charset=bz2_codec",
        "application/xml",
        "",
    ):
        answer = acme.client.generic("POST", url, b'{"name":"x"}', content_type, headers=headers)
        assert answer.status_code == 415, content_type
    for encoding in ("gzip", "br", "identity, gzip"):
        sent = headers | {"Content-Encoding": encoding}
        answer = acme.client.generic("POST", url, b"x", "application/json", headers=sent)
        assert answer.json()["code"] == "unsupported-content-encoding"


def test_a_body_over_the_limit_is_refused(world: SampleWorld, acme: ApiClient) -> None:
    big = json.dumps({"summary": ["x" * 60_000] * 20}).encode()
    assert len(big) > MIB
    assert acme.post("personas", big).status_code == 413
    edits = f"journeys/{world.acme.journey}/edits"
    assert acme.post(edits, big[: 256 * 1024 + 1]).status_code == 413
    items = [{"source": "x", "external_id": str(n)} for n in range(501)]
    assert acme.post("touchpoints/batch", {"items": items}).status_code == 413


@pytest.mark.parametrize("length", ["-1", "x", "99999999999999999999"])
def test_a_length_that_makes_no_sense_is_refused(length: str, acme: ApiClient) -> None:
    answer = acme.client.post(
        f"{BASE}personas",
        b"{}",
        content_type="application/json",
        headers=acme.headers | {"Idempotency-Key": "some-key"},
        CONTENT_LENGTH=length,
    )
    assert answer.status_code in {400, 413}


@pytest.mark.parametrize("path", ["x", "stages/x", "stages/1/2/3", "../etc"])
def test_an_address_that_is_not_there_is_a_problem(path: str, acme: ApiClient) -> None:
    answer = acme.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_a_slash_at_the_end_changes_nothing_and_redirects_nobody(acme: ApiClient) -> None:
    assert acme.get("me/").json() == acme.get("me").json()
    assert acme.post("personas/", {"name": "P"}).status_code == 201


def test_other_methods_and_formats_are_refused(world: SampleWorld, acme: ApiClient) -> None:
    answer = acme.send("PUT", "stages", {})
    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
    assert answer["Allow"] == "GET, POST, HEAD, OPTIONS"
    assert acme.send("POST", "flags", {}).status_code == 405
    assert acme.send("OPTIONS", "stages").status_code == 204
    assert acme.get("stages", Accept="text/html").json()["code"] == "not-acceptable"
    get, head = acme.get("stages"), acme.send("HEAD", "stages")
    assert (head.status_code, head.content) == (200, b"")
    assert get["Cache-Control"] == "private, no-store"
    assert get["Vary"] == "Authorization, Cookie, Accept-Language, Accept-Encoding"
    assert get["API-Version"] == "1.0"


def test_a_request_id_is_echoed_only_if_well_formed(acme: ApiClient) -> None:
    assert acme.get("me", X_Request_Id="abc-12345")["X-Request-Id"] == "abc-12345"
    for bad in ("short", "with space 1", "x" * 65, "a\tbcdefgh"):
        assert acme.get("me", X_Request_Id=bad)["X-Request-Id"] != bad


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "blank"),
        ("   ", "blank"),
        ("\u200b\u200d", "invisible"),
        ("a\u202eb", "bidi_character"),
        ("a\u2066b", "bidi_character"),
        ("a\x07b", "control_character"),
        ("a\nb", "control_character"),
        ("a\x85b", "control_character"),
        ("x" * 121, "max_length"),
        (None, "null"),
        (5, "type"),
        (["x"], "type"),
        (True, "type"),
    ],
)
def test_a_name_that_deceives_or_does_not_fit_is_refused(
    name: Any, code: str, acme: ApiClient
) -> None:
    answer = acme.post("personas", {"name": name})
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0] | {"detail": ""} == {
        "pointer": "/name",
        "code": code,
        "detail": "",
    }


def test_a_name_is_read_back_in_its_one_form(acme: ApiClient) -> None:
    assert acme.post("personas", {"name": "  Zoe\u0308 "}).json()["name"] == "Zoë"
    assert acme.post("personas", {"name": "x" * 120}).status_code == 201


def test_a_host_that_is_not_ours_is_refused(db: None) -> None:
    answer = Client(raise_request_exception=False).get("/api/v1/me", headers={"Host": "evil.test"})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
