"""Errors from outside the views: an unavailable database, chunked bodies, pages for people."""

import asyncio
import io
from typing import Any
from unittest import mock

import pytest
from django.core.asgi import get_asgi_application
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError
from django.test import Client

from tests.support.api_client import ApiClient
from tests.support.event_loop import run
from tests.support.factories import SampleWorld


@pytest.mark.parametrize(
    "where",
    [
        "cxmap.middleware.authenticate",
        "cxmap.middleware.tenant_scope",
        "changes.api.records.get_record",
    ],
)
def test_a_database_that_is_away_is_a_503_that_says_to_come_again(
    where: str, world: SampleWorld, acme: ApiClient
) -> None:
    with mock.patch(where, side_effect=OperationalError("gone")):
        answer = acme.get(f"stages/{world.acme.stages['Buy']}")
    assert (answer.status_code, answer.json()["code"]) == (503, "service-unavailable")
    assert answer["Retry-After"]
    assert acme.get("stages").status_code == 200


def test_a_mistake_of_ours_is_a_500_that_tells_nothing(world: SampleWorld, acme: ApiClient) -> None:
    with mock.patch("changes.api.records.get_record", side_effect=KeyError("secret-detail")):
        answer = acme.get(f"stages/{world.acme.stages['Buy']}")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "secret-detail" not in answer.content.decode()
    assert answer.json()["request_id"]


def test_a_person_gets_a_page(world: SampleWorld) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(world.bob.user)
    answer = client.get(f"/journeys/{world.twin.journey}/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "<h1" in answer.content.decode()
    with mock.patch("cxmap.middleware.tenant_scope", side_effect=OperationalError("gone")):
        away = client.get(f"/journeys/{world.acme.journey}/")
    assert away.status_code == 503 and "<h1" in away.content.decode()


def test_a_chunked_body_arrives_whole_under_wsgi(world: SampleWorld, acme: ApiClient) -> None:
    body = b'{"name": "Chunked"}'
    started: list[Any] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/api/v1/personas",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "CONTENT_TYPE": "application/json",
        "HTTP_TRANSFER_ENCODING": "chunked",
        "HTTP_AUTHORIZATION": acme.headers["Authorization"],
        "HTTP_IDEMPOTENCY_KEY": "chunked-1",
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.url_scheme": "http",
    }
    parts = WSGIHandler()(environ, lambda status, headers, *_: started.append(status))
    answer = b"".join(parts)
    assert started[0].startswith("201"), answer


def test_a_body_without_a_length_arrives_whole_under_asgi(
    world: SampleWorld, acme: ApiClient
) -> None:
    sent: list[dict[str, Any]] = []
    parts = [b'{"name": ', b'"In parts"}']

    async def receive() -> dict[str, Any]:
        if not parts:
            await asyncio.Event().wait()  # the client waits for the response
        body = parts.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(parts)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = {
        "host": "testserver",
        "content-type": "application/json",
        "transfer-encoding": "chunked",
        "authorization": acme.headers["Authorization"],
        "idempotency-key": "chunked-2",
    }
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/personas",
        "query_string": b"",
        "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
    }
    run(get_asgi_application()(scope, receive, send))
    assert sent[0]["status"] == 201, sent
