"""What OpenAPI says of every endpoint: its pages, headers, refusals and who may use it."""

from functools import cache
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers

UUID = {"type": "string", "format": "uuid"}
PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` is never renamed; `errors` point at each place (RFC 6901).",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
                "required": ["pointer", "code", "detail"],
            },
        },
    },
    "required": ["type", "title", "status", "detail", "instance", "code", "request_id", "errors"],
    "example": {
        "type": "/api/problems/#validation-failed",
        "title": "The request is not valid",
        "status": 400,
        "detail": "This cannot be blank.",
        "instance": "/api/v1/stages",
        "code": "validation-failed",
        "request_id": "019ab1c2d3e4f5",
        "errors": [{"pointer": "/title", "code": "blank", "detail": "This cannot be blank."}],
    },
}
REFUSALS = {
    "400": "What was sent is not valid",
    "401": "No credential, or not (or no longer) a good one",
    "403": "The caller lacks the role or the scope",
    "404": "Absent, or in another workspace",
    "406": "Only JSON is served",
    "503": "The database is away; send the same again after Retry-After",
}
REFUSALS_OF_WRITES = {
    "409": "The present state forbids it",
    "412": "If-Match names another version than the present one (ETag)",
    "413": "Too large",
    "415": "Not JSON in UTF-8",
    "422": "The Idempotency-Key was used for another request",
    "428": "If-Match is needed here",
}
WRITES = frozenset({"post", "put", "patch", "delete"})


class Schema(AutoSchema):
    """Reads what a Door says of itself; `@extend_schema` overrides where it is not enough."""

    def get_tags(self) -> list[str]:
        return [self._tokenize_path()[0]]

    def get_operation_id(self) -> str:
        if self.method == "GET" and getattr(self.view, "lists", False):
            return "_".join([*self._tokenize_path(), "list"]).replace("-", "_")
        return super().get_operation_id()

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False  # pages are serializers of their own

    def get_request_serializer(self) -> Any:
        return getattr(self.view, "serializer", None)

    def get_response_serializers(self) -> Any:
        serializer = getattr(self.view, "serializer", None)
        if serializer is None or self.method == "DELETE":
            return {204: None}
        if self.method == "GET" and self.view.lists:
            return {200: page_of(serializer)}
        return {201 if self.method == "POST" and self.view.lists else 200: serializer}

    def get_override_parameters(self) -> list[Any]:
        view, found = self.view, []
        if self.method == "GET":
            if getattr(view, "lists", False):
                found += [_query("limit", int, "1 to 200 (50)"), _query("cursor", str, "From next")]
            found += [_query(name, str, "") for name in sorted(getattr(view, "filters", ()))]
        if self.method != "GET":
            found.append(_header("Idempotency-Key", "A retry with it does nothing twice", False))
        if self.method in {"PATCH", "DELETE"} or getattr(view, "needs_match", False):
            needed = getattr(view, "needs_match", False) and self.method != "GET"
            found.append(_header("If-Match", "The ETag of what you read", needed))
        return found

    def get_examples(self) -> list[Any]:
        example = dict(getattr(self.view, "example", {}))
        if not example:
            return []
        answer: dict[str, Any] = {**HEAD, **example}
        if self.method == "GET" and self.view.lists:
            answer = {"next": None, "previous": None, "results": [answer]}
        return [
            OpenApiExample("Request", value=example, request_only=True),
            OpenApiExample("Answer", value=answer, response_only=True),
        ]


HEAD = {
    "id": "019ab1c2-d3e4-7f50-8a6b-7c8d9e0f1a2b",
    "workspace": "019ab1c2-0000-7000-8000-000000000001",
    "version": 7,
    "updated_at": "2026-11-24T09:00:00.000000Z",
}


def _query(name: str, kind: type, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=description)


def _header(name: str, description: str, required: bool) -> OpenApiParameter:
    return OpenApiParameter(
        name, str, OpenApiParameter.HEADER, description=description, required=required
    )


@cache
def page_of(serializer: type[serializers.BaseSerializer[Any]]) -> type[serializers.BaseSerializer]:
    """Return the serializer of a page of these."""
    name = serializer.__name__.removesuffix("Serializer") + "PageSerializer"
    fields = {
        "next": serializers.URLField(allow_null=True, help_text="Absolute; keeps all filters."),
        "previous": serializers.URLField(allow_null=True, help_text="Always null."),
        "results": serializer(many=True),
    }
    return type(name, (serializers.Serializer,), fields)


class CallerScheme(OpenApiAuthenticationExtension):
    """A Bearer token, or the browser's session with its CSRF token."""

    target_class = "workspaces.rest.authentication.CallerAuthentication"
    name = ["token", "session"]

    def get_security_requirement(self, auto_schema: Any) -> Any:
        if getattr(auto_schema.view, "session_only", False):
            return [{"session": []}]
        return [{"token": []}, {"session": []}]

    def get_security_definition(self, auto_schema: Any) -> Any:
        return [
            {"type": "http", "scheme": "bearer", "bearerFormat": "cxm_pat_… or cxm_svc_…"},
            {"type": "apiKey", "in": "cookie", "name": "sessionid"},
        ]


def add_problems(result: Any, generator: Any, request: Any, public: bool) -> Any:
    """Say of every operation how it is refused: always in the one shape."""
    components = result["components"]
    components["schemas"]["Problem"] = PROBLEM
    described = {**REFUSALS, **REFUSALS_OF_WRITES}
    components["responses"] = {
        f"Problem{status}": {
            "description": text,
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
        }
        for status, text in described.items()
    }
    for path in result["paths"].values():
        for method, operation in path.items():
            for status in {**REFUSALS, **(REFUSALS_OF_WRITES if method in WRITES else {})}:
                operation["responses"].setdefault(
                    status, {"$ref": f"#/components/responses/Problem{status}"}
                )
    return result
