"""The parts of the OpenAPI schema that all endpoints share: pages, headers, errors, security."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from core.api.examples import example_of
from core.api.idempotency import KEY_PATTERN as IDEMPOTENCY_KEY
from core.api.pagination import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from core.api.parameters import CURSOR, UUID_SCHEMA, integer_parameter

PROBLEM = {
    "type": "object",
    "description": (
        "Problem details (RFC 9457). A `code` is never renamed. Each of the `errors` points at an"
        " invalid value (RFC 6901)."
    ),
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
        "title": "Invalid request",
        "status": 400,
        "detail": "This cannot be blank.",
        "instance": "/api/v1/stages",
        "code": "validation-failed",
        "request_id": "019ab1c2d3e4f5",
        "errors": [{"pointer": "/title", "code": "blank", "detail": "This cannot be blank."}],
    },
}
ERROR_RESPONSES = {
    "400": "The request is not valid",
    "401": "The credentials are missing, invalid, expired or revoked",
    "403": "The caller lacks the required right or scope",
    "404": "Not found, or in another workspace",
    "406": "Only JSON is available",
    "429": "Too many requests; retry after Retry-After",
    "503": "The database is unavailable; send the same request again after Retry-After",
}
WRITE_ERROR_RESPONSES = {
    "409": "The request conflicts with the current state",
    "412": "If-Match doesn't match the current version, which ETag names",
    "413": "The body is too large",
    "415": "The body is not JSON in UTF-8",
    "422": "The Idempotency-Key was already used for a different request",
    "428": "If-Match is required",
}
SUCCESS_RESPONSES = {"200": "Success", "201": "Created", "204": "Success, without a body"}
RETRY_HEADERS = {
    "Retry-After": {
        "schema": {"type": "integer"},
        "description": "Seconds to wait before retrying.",
    }
}
STRING_HEADER = {"schema": {"type": "string"}}
COMMON_HEADERS = {
    "X-Request-Id": {
        **STRING_HEADER,
        "description": "The id that the request sent, or a generated one.",
    },
    "API-Version": {**STRING_HEADER, "description": "The version of this API."},
}
HEADERS_OF_REFUSALS: Mapping[str, dict[str, Any]] = {
    "401": {"WWW-Authenticate": {**STRING_HEADER, "description": "The scheme to use: Bearer."}},
    "412": {"ETag": {**STRING_HEADER, "description": "The current version."}},
    "429": RETRY_HEADERS,
    "503": RETRY_HEADERS,
}
WRITE_METHODS = frozenset({"post", "put", "patch", "delete"})


class Schema(AutoSchema):
    """Describe an endpoint from its BaseAPIView attributes; `@extend_schema` overrides them."""

    def get_tags(self) -> list[str]:
        return [self._tokenize_path()[0]]

    def get_operation_id(self) -> str:
        if self.method == "GET" and getattr(self.view, "is_list", False):
            return "_".join([*self._tokenize_path(), "list"]).replace("-", "_")
        return super().get_operation_id()

    def get_summary(self) -> str | None:
        """Return the first sentence of the method's docstring, without its period."""
        return self._docstring_sentences().partition(". ")[0].removesuffix(".") or None

    def get_description(self) -> str:
        return self._docstring_sentences()

    def _docstring_sentences(self) -> str:
        own = getattr(self.view, "describe", lambda method: "")(self.method)
        method = getattr(type(self.view), self.method.lower())
        return own or " ".join((method.__doc__ or type(self.view).__doc__ or "").split())

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False  # page_serializer() describes the lists

    def get_request_serializer(self) -> Any:
        of_request = getattr(self.view, "request_serializer", None)
        return (
            of_request(self.method) if of_request else getattr(self.view, "serializer_class", None)
        )

    def get_response_serializers(self) -> Any:
        serializer = getattr(self.view, "serializer_class", None)
        if serializer is None or self.method == "DELETE":
            return {204: None}
        if self.method == "GET" and self.view.is_list:
            return {200: page_serializer(serializer)}
        return {201 if self.method == "POST" and self.view.is_list else 200: serializer}

    def _map_basic_serializer(self, serializer: Any, direction: str) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)
        if direction == "response" and isinstance(serializer, serializers.ModelSerializer):
            schema["required"] = list(schema["properties"])  # responses omit no field
        return schema

    def get_override_parameters(self) -> list[Any]:
        return [*self._request_headers(), *self._response_headers()]

    def _request_headers(self) -> Iterator[OpenApiParameter]:
        view, lists = self.view, getattr(self.view, "is_list", False)
        if self.method == "GET":
            known = dict(getattr(view, "query_parameters", {})) | (
                PAGING_PARAMETERS if lists else {}
            )
        else:
            known = dict(getattr(view, "write_query_parameters", {}))
        for name, query in sorted(known.items()):
            yield OpenApiParameter(
                name, dict(query.schema), OpenApiParameter.QUERY, description=query.description
            )
        yield _header(
            "X-Request-Id", REQUEST_ID, "Your id for this request, used in logs and errors."
        )
        yield _header("X-Expected-User", dict(UUID_SCHEMA), EXPECTED_USER)
        if self.method != "GET":
            yield _header(
                "X-CSRFToken", TEXT, "With a session: the value of the `csrftoken` cookie."
            )
        if self.method != "GET" and getattr(view, "takes_key", True):
            is_secret = self.method == "POST" and getattr(view, "shows_secret", False)
            yield _header(
                "Idempotency-Key", IDEMPOTENCY_KEY_SCHEMA, SHOWN_ONCE if is_secret else IDEMPOTENCY
            )
        if self.method == "GET" and "GET" in getattr(view, "etag_methods", ()):
            yield _header(
                "If-None-Match", TEXT, "The ETag of your copy. Returns 304 if it is still current."
            )
        if self.method in getattr(view, "if_match_methods", ()):
            needed = getattr(view, "needs_match", False)
            yield _header(
                "If-Match", TEXT, "The ETag that you read. Returns 412 if it has changed.", needed
            )

    def _response_headers(self) -> Iterator[OpenApiParameter]:
        view, good = self.view, ["200", "201", "204"]
        if self.method in getattr(view, "etag_methods", ()):
            yield _header("ETag", TEXT, "The version of the returned object.", codes=["200", "201"])
        if self.method in {"POST", "PUT"} and getattr(view, "has_location", True):
            yield _header("Location", URI, "The URL of the created object.", codes=["201"])
        if self.method == "GET" and getattr(view, "is_list", False):
            yield _header("Link", TEXT, "The next page (`rel=next`), if any.", codes=good)
        if self.method != "GET" and getattr(view, "takes_key", True):
            description = "`true` if an earlier request with this key did this. Nothing was redone."
            yield _header("Idempotency-Replayed", TEXT, description, codes=good)

    def _get_examples(
        self,
        serializer: Any,
        direction: str,
        media_type: str,
        status_code: str | None = None,
        extras: Any = None,
    ) -> Any:
        given = super()._get_examples(serializer, direction, media_type, status_code, extras)
        instance = serializer() if isinstance(serializer, type) else serializer
        if given or not isinstance(instance, serializers.BaseSerializer):
            return given
        answer, known = direction == "response", getattr(self.view, "example", {})
        value = example_of(instance, known, answer=answer)
        if not answer and known:
            value = {name: given_value for name, given_value in known.items() if name in value}
        return {"Response" if answer else "Request": {"value": value}}


IDEMPOTENCY = (
    "Makes the request safe to retry: requests with the same key are carried out once, and repeats"
    " get the first response again. Without a key, each request is carried out."
)
EXPECTED_USER = (
    "With a session: the id of the user whose page sends the request. Returns 403 (`other-user`) if"
    " another user is signed in."
)
REQUEST_ID = {"type": "string", "minLength": 8, "maxLength": 64, "pattern": "^[A-Za-z0-9_-]+$"}
SHOWN_ONCE = (
    "Makes the request safe to retry: requests with the same key are carried out once. A repeat"
    " returns 409, because the secret is shown only once."
)
IDEMPOTENCY_KEY_SCHEMA = {
    "type": "string",
    "minLength": 8,
    "maxLength": 128,
    "pattern": f"^{IDEMPOTENCY_KEY.pattern}$",
}
TEXT = {"type": "string"}
URI = {"type": "string", "format": "uri-reference"}
PAGING_PARAMETERS = {
    "limit": integer_parameter(
        "Number of items per page.", 1, MAX_PAGE_SIZE, default=DEFAULT_PAGE_SIZE
    ),
    "cursor": CURSOR,
}


def _header(
    name: str,
    schema: dict[str, Any],
    description: str,
    required: bool = False,
    codes: list[str] | None = None,
) -> OpenApiParameter:
    """Return the OpenAPI parameter of a request header.

    With `codes`, it is a header of the responses with these status codes.
    """
    return OpenApiParameter(
        name,
        schema,
        OpenApiParameter.HEADER,
        description=description,
        required=required,
        response=codes or False,
    )


@cache
def page_serializer(
    serializer: type[serializers.BaseSerializer[Any]],
) -> type[serializers.BaseSerializer]:
    """Return the serializer for a page whose results use `serializer`."""
    name = serializer.__name__.removesuffix("Serializer") + "PageSerializer"
    fields = {
        "next": serializers.URLField(allow_null=True, help_text="URL of the next page."),
        "previous": serializers.URLField(allow_null=True, help_text="Always null."),
        "results": serializer(many=True),
    }
    return type(name, (serializers.Serializer,), fields)


class CallerScheme(OpenApiAuthenticationExtension):
    """The two ways to authenticate: a bearer token, or the browser session with its CSRF token."""

    target_class = "core.api.authentication.CallerAuthentication"
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


def add_error_responses(result: Any, generator: Any, request: Any, public: bool) -> Any:
    """Add the error responses, which all have the same shape, to each operation.

    A drf-spectacular postprocessing hook.
    """
    components = result["components"]
    components["schemas"]["Problem"] = PROBLEM
    described = {**ERROR_RESPONSES, **WRITE_ERROR_RESPONSES}
    components["responses"] = {
        f"Problem{status}": {
            "description": text,
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
            "headers": COMMON_HEADERS | HEADERS_OF_REFUSALS.get(status, {}),
        }
        for status, text in described.items()
    }
    for path in result["paths"].values():
        for method, operation in path.items():
            for status in {
                **ERROR_RESPONSES,
                **(WRITE_ERROR_RESPONSES if method in WRITE_METHODS else {}),
            }:
                operation["responses"].setdefault(
                    status, {"$ref": f"#/components/responses/Problem{status}"}
                )
            parameters = operation.get("parameters", ())
            if any(parameter["name"] == "If-None-Match" for parameter in parameters):
                operation["responses"].setdefault("304", {"description": "Not modified"})
            for status, text in SUCCESS_RESPONSES.items():
                if response := operation["responses"].get(status):
                    response["description"] = response.get("description") or text
                    response["headers"] = response.get("headers", {}) | COMMON_HEADERS
    return result
