"""The OpenAPI description, and checks of responses against it."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import jsonschema_rs
from django.urls import resolve
from drf_spectacular.generators import SchemaGenerator

METHODS = frozenset({"get", "post", "put", "patch", "delete"})


class Operation(NamedTuple):
    method: str
    path: str
    spec: dict[str, Any]


@cache
def openapi_description() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


def operations() -> Iterator[Operation]:
    for path, methods in openapi_description()["paths"].items():
        for method, said in methods.items():
            yield Operation(method, path, said)


def paths_with(method: str) -> list[str]:
    """Return the paths that have an operation with this method."""
    return [path for path, methods in openapi_description()["paths"].items() if method in methods]


@cache
def validator(method: str, path: str, status: str) -> jsonschema_rs.Draft202012Validator | None:
    """Return a validator for an operation's JSON response, or None if it has no JSON."""
    answer = openapi_description()["paths"][path][method]["responses"].get(status, {})
    media = answer.get("content", {}).get("application/json")
    return media and validator_of(media["schema"])


def check_response(method: str, answer: Any) -> None:
    """Fail unless an API response matches the description."""
    asked = answer.request["PATH_INFO"].rstrip("/")
    if not asked.startswith("/api/v1/"):
        return
    check_problem(answer)
    if not 200 <= answer.status_code < 300:
        return
    if answer.streaming:
        return
    match = resolve(asked)
    path = "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", match.route)
    described = openapi_description()["paths"].get(path, {}).get(method.lower())
    if described is None:
        return
    status = str(answer.status_code)
    assert status in described["responses"], f"{method} {path} answers {status}"
    for name in described["responses"][status].get("headers", {}):
        if name in {"ETag", "Location", "X-Request-Id", "API-Version"}:
            assert name in answer, f"{method} {path} answers without {name}"
    check = validator(method.lower(), path, status)
    if check is not None:
        found = check.iter_errors(_body(answer))
        errors = [f"{error.instance_path}: {error.message}" for error in found]
        assert errors == [], f"{method} {path} answers {status}"


def check_problem(answer: Any) -> None:
    """Fail unless an error response has the described headers."""
    refusals = openapi_description()["components"]["responses"]
    for name in refusals.get(f"Problem{answer.status_code}", {}).get("headers", {}):
        assert name in answer, f"{answer.status_code} without {name}"


def _body(answer: Any) -> Any:
    """Return the JSON of a response. A streamed response can be read once more afterwards."""
    if not answer.streaming:
        return answer.json()
    text = b"".join(answer)
    answer.streaming_content = [text]
    return json.loads(text)


def validator_of(schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    whole = _plain(schema) | {"components": _components()}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


@cache
def _components() -> dict[str, Any]:
    return {"schemas": _plain(openapi_description()["components"]["schemas"])}


def _plain(schema: Any) -> Any:
    """Convert an OpenAPI 3.0 schema to JSON Schema, which expresses `nullable` as a type."""
    if isinstance(schema, list):
        return [_plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    converted = {name: _plain(one) for name, one in schema.items() if name != "nullable"}
    if schema.get("nullable") is True:
        return {"anyOf": [converted, {"type": "null"}]}
    return converted
