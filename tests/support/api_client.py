"""API client for tests, with a token or a session."""

import json
import re
import secrets
from typing import Any
from uuid import UUID

from django.test import Client

from core.actors import Actor
from core.scopes import token_scopes
from tests.support.openapi import check_response
from workspaces.access import system_actor
from workspaces.models import Token, User
from workspaces.services import token_create

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")

BASE = "/api/v1/"


class ApiClient:
    """Sends JSON with its own Idempotency-Key, and checks every response against OpenAPI."""

    def __init__(self, secret: str = "", user: User | None = None) -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        if user is not None:
            self.client.force_login(user)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        url = path if path.startswith(("/", "http")) else BASE + path
        sent = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        if method == "POST":
            sent.setdefault("Idempotency-Key", secrets.token_hex(8))
        content = {"content_type": sent.pop("Content-Type", "application/json")}
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body)
        answer = self.client.generic(method, url, data, headers=sent, **content)
        check_response(method, answer)
        return answer

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.send("PATCH", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        return self.send("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.send("DELETE", path, **headers)


def service_client(workspace_id: UUID, *scopes: str) -> ApiClient:
    """Return a client with a service token, with all scopes unless some are given."""
    return ApiClient(create_token(system_actor(workspace_id), Token.Kind.SERVICE, *scopes))


def personal_client(actor: Actor, *scopes: str) -> ApiClient:
    """Return a client with a member's personal token."""
    return ApiClient(create_token(actor, Token.Kind.PERSONAL, *scopes))


def create_token(actor: Actor, kind: str, *scopes: str) -> str:
    _, secret = token_create(
        actor=actor, kind=kind, name="test", scopes=scopes or list(token_scopes())
    )
    return secret


def told_apart(left: Any, right: Any) -> bool:
    """Return whether two errors differ in anything but the request id and the path."""
    bodies = [one.json() | {"request_id": "", "instance": ""} for one in (left, right)]
    headers = [
        {k: v for k, v in one.items() if k not in {"X-Request-Id", "Content-Length"}}
        for one in (left, right)
    ]
    return bodies[0] != bodies[1] or headers[0] != headers[1]
