"""Any database failure during a request is a 503 with Retry-After, never a 500."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db import DatabaseError, InternalError, OperationalError, connection, connections
from django.test import Client

from core import errors
from core.error_responses import to_app_error
from core.errors import InvalidRequest, Unavailable
from cxmap import health
from cxmap.middleware import MigrationMiddleware
from tests.support.api_client import service_client
from tests.support.factories import PASSWORD, SampleWorld


def raw_connection() -> Any:
    """Return a connection that Django doesn't manage."""
    known = connection.get_connection_params()
    keep = {"dbname", "user", "password", "host", "port"}
    return psycopg2.connect(**{name: value for name, value in known.items() if name in keep})


@contextmanager
def kills_before(words: str) -> Iterator[None]:
    """End the request's connection just before the first statement that contains `words`."""
    killed: list[str] = []

    def end(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        if words in str(sql) and not killed:
            killed.append(str(sql))
            kill(connection.connection.info.backend_pid)
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(end):
            yield
    finally:
        connection.close()  # as a server does after each request; the test client does not
    assert killed, f"no statement with {words}"


def kill(pid: int) -> None:
    other = raw_connection()
    with other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
    other.close()


def assert_comes_again(answer: Any) -> None:
    assert (answer.status_code, answer.json()["code"]) == (503, "service-unavailable")
    assert int(answer["Retry-After"]) > 0
    assert "again" in answer.json()["detail"]


def edit_of(world: SampleWorld) -> tuple[str, Any]:
    op = {"op": "set", "type": "stage", "id": str(world.acme.stages["Buy"])}
    return f"journeys/{world.acme.journey}/edits", {"ops": [op | {"fields": {"title": "Bought"}}]}


def batch_of(world: SampleWorld) -> tuple[str, Any]:
    item = {"source": "load", "external_id": "1", "title": "New"}
    item["stage"] = str(world.acme.stages["Buy"])
    return "touchpoints/batch", {"items": [item]}


@pytest.mark.parametrize("write", [edit_of, batch_of])
def test_a_write_that_waits_for_a_lock_in_vain_is_503(write: Any, world: SampleWorld) -> None:
    acme, blocker = service_client(world.acme.id), raw_connection()
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    try:
        with blocker.cursor() as cursor:
            cursor.execute("LOCK TABLE changes_change IN SHARE MODE")
        assert_comes_again(acme.post(*write(world)))
    finally:
        blocker.close()
    assert acme.post(*write(world)).status_code == 200


STATEMENTS = [
    (edit_of, "workspaces_token"),  # authentication
    (edit_of, "FOR NO KEY UPDATE"),
    (edit_of, "UPDATE “journeys_stage”".replace("“", '"').replace("”", '"')),
    (edit_of, "INSERT INTO changes_change"),
    (edit_of, "changes_feedcounter"),
    (batch_of, "CREATE TEMP TABLE"),
    (batch_of, "INSERT INTO touchpoints_touchpoint"),
]


def test_a_connection_that_ends_at_any_moment_of_a_write_is_503(world: SampleWorld) -> None:
    acme = service_client(world.acme.id)
    for write, words in STATEMENTS:
        with kills_before(words):
            assert_comes_again(acme.post(*write(world)))
        assert acme.get("stages").status_code == 200
    assert acme.post(*edit_of(world)).status_code == 200


def test_a_connection_that_ends_at_commit_is_503_and_the_retry_is_done_once(
    world: SampleWorld, monkeypatch: Any
) -> None:
    acme, wrapper = service_client(world.acme.id), connections["default"]
    path, body = edit_of(world)
    commit, state = wrapper._commit, {"written": False, "ended": False}

    def watch(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        state["written"] |= "changes_feedcounter" in str(sql)
        return execute(sql, params, many, context)

    def end_first() -> None:
        if state["written"] and not state["ended"]:
            state["ended"] = True
            kill(wrapper.connection.info.backend_pid)
        commit()

    with monkeypatch.context() as patch, wrapper.execute_wrapper(watch):
        patch.setattr(wrapper, "_commit", end_first)
        assert_comes_again(acme.post(path, body, Idempotency_Key="committed-1"))
    connection.close()
    assert state["ended"]
    assert acme.post(path, body, Idempotency_Key="committed-1").status_code == 200


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "workspaces_member"),  # authentication
        ("journeys/", "journeys_journey"),
        ("", "SET TRANSACTION"),
    ],
)
def test_a_page_whose_connection_ends_is_503(path: str, words: str, world: SampleWorld) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(world.bob.user)
    with kills_before(words):
        answer = client.get(f"/w/{world.acme.workspace.slug}/{path}" if path else "/", follow=True)
    assert answer.status_code == 503
    assert answer["Retry-After"]


def test_signing_in_while_the_session_cannot_be_stored_is_503(world: SampleWorld) -> None:
    client = Client(raise_request_exception=False)
    form = {"login": world.bob.user.email, "password": PASSWORD}
    with kills_before('INSERT INTO "django_session"'):
        assert client.post("/accounts/login/", form).status_code == 503


class FullDisk(psycopg2.OperationalError):
    pgcode = errors.DISK_FULL


@pytest.fixture
def full_disk(monkeypatch: Any) -> Iterator[None]:
    """Make the log's INSERT fail as PostgreSQL does on a full disk."""

    def refuse(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        if "INSERT INTO changes_change" in str(sql):
            raise OperationalError("No space left on device") from FullDisk()
        return execute(sql, params, many, context)

    monkeypatch.setattr(errors, "_disk_full_seen_at", float("-inf"))
    with connection.execute_wrapper(refuse):
        yield


@pytest.mark.parametrize("write", [edit_of, batch_of])
def test_a_full_disk_is_503_and_readiness_says_so(
    write: Any, world: SampleWorld, full_disk: None
) -> None:
    assert Client().get("/readyz").json()["disk"] == "up"
    answer = service_client(world.acme.id).post(*write(world))
    assert_comes_again(answer)
    assert "disk" in answer.json()["detail"]
    ready = Client().get("/readyz")
    assert (ready.status_code, ready.json()["disk"]) == (200, "full")
    assert ready.json()["status"].startswith("degraded") and "disk" in ready.json()["status"]


def test_little_free_space_is_told_before_a_write_fails(db: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(health, "MIN_FREE_BYTES", 2**62)
    monkeypatch.setattr(health.settings, "VAR", Path("/"))
    assert Client().get("/readyz").json()["disk"] == "full"


def caused(error: Exception, code: str | None) -> Exception:
    error.__cause__ = type("Cause", (psycopg2.Error,), {"pgcode": code})()
    return error


@pytest.mark.parametrize(
    ("error", "refusal"),
    [
        (caused(DatabaseError("no message from the libpq"), None), Unavailable),
        (caused(InternalError("idle"), errors.IDLE_IN_TRANSACTION), Unavailable),
        (caused(InternalError("standby"), errors.READ_ONLY), Unavailable),
        (caused(OperationalError("index row size"), "54000"), InvalidRequest),
        (caused(InternalError("aborted"), "25P02"), type(None)),
        (DatabaseError("Forced update did not affect any rows."), type(None)),
    ],
)
def test_what_an_error_means_is_told_by_its_code(error: Exception, refusal: Any) -> None:
    assert type(to_app_error(error)) is refusal


def test_while_migrations_are_pending_every_request_says_so(world: SampleWorld) -> None:
    from django.http import HttpResponse
    from django.test import RequestFactory

    middleware = MigrationMiddleware(lambda request: HttpResponse("served"))
    request = RequestFactory().get("/api/v1/stages")
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations)"
            " RETURNING app, name, applied"
        )
        last = cursor.fetchone()
    try:
        answer = middleware(request)
        assert answer.status_code == 503 and b"migrations are pending" in answer.content
        ready = Client().get("/readyz")
        assert (ready.status_code, ready.json()["database"]) == (503, "migrations pending")
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)", last
            )
    assert middleware(request).content == b"served"


def test_health_with_a_session_is_json_while_the_database_is_away(world: SampleWorld) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(world.bob.user)

    def away(*args: Any) -> Any:
        raise OperationalError("gone")

    with connection.execute_wrapper(away):
        assert client.get("/livez").json() == {"alive": True}
        ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["database"]) == (503, "down")
