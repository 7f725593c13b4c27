"""The base API view: callers, scopes, JSON bodies, idempotency and conditional requests."""

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from hashlib import sha256
from typing import Any, ClassVar
from uuid import UUID, uuid5

from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from core.actors import Actor, Caller
from core.api import body
from core.api.authentication import CallerAuthentication
from core.api.idempotency import read_key
from core.api.pagination import PAGING, KeysetPagination, check_params
from core.api.parameters import QueryParameter
from core.api.permissions import IsAuthenticated, TokenHasScopes, TokenIsAllowed
from core.errors import (
    AppError,
    FieldError,
    InvalidRequest,
    PreconditionFailed,
)
from core.ids import parse_uuid
from core.instants import format_instant, parse_instant


class BaseAPIView(GenericAPIView):
    """Base class for all API views.

    A token needs all of `read_scopes` for safe methods and all of `write_scopes` for the others.
    """

    authentication_classes = (CallerAuthentication,)
    permission_classes = (IsAuthenticated, TokenIsAllowed, TokenHasScopes)
    pagination_class = KeysetPagination
    lookup_field = "id"
    read_scopes: ClassVar[tuple[str, ...]] = ()
    write_scopes: ClassVar[tuple[str, ...]] = ()
    session_only: ClassVar[bool] = False  # for example, so that a token can't create tokens
    # For safe methods, in addition to those of paging.
    query_parameters: ClassVar[Mapping[str, QueryParameter]] = {}
    write_query_parameters: ClassVar[Mapping[str, QueryParameter]] = {}
    etag_methods: ClassVar[frozenset[str]] = frozenset()  # methods that return an ETag
    if_match_methods: ClassVar[frozenset[str]] = frozenset()  # methods that honor If-Match
    is_list: ClassVar[bool] = False
    takes_key: ClassVar[bool] = True  # writes accept an Idempotency-Key
    shows_secret: ClassVar[bool] = False  # POST returns a secret once; a retry gets a 409
    has_location: ClassVar[bool] = True  # created objects have a URL of their own
    max_body_bytes: ClassVar[int] = body.MIB
    max_json_nodes: ClassVar[int] = body.MAX_NODES
    max_text_bytes: ClassVar[int] = body.MAX_TEXT_BYTES  # of each string in a JSON body
    max_body_note: ClassVar[str] = ""  # added to the error for a body that is too large

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        is_safe = request.method in SAFE_METHODS
        known = frozenset(self.query_parameters if is_safe else self.write_query_parameters)
        check_params(request._request.GET, known | (PAGING if self.is_list and is_safe else set()))

    def options(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(status=204)

    @property
    def caller(self) -> Caller:
        return self.request._request.caller  # type: ignore[no-any-return]

    # -- body

    @cached_property
    def raw_body(self) -> bytes:
        return body.read_body(self.request._request, self.max_body_bytes, self.max_body_note)

    @cached_property
    def json_body(self) -> dict[str, Any]:
        """The JSON object in the body. Raises InvalidRequest if the body is anything else."""
        body.require_media_type(self.request._request)
        value = body.read_json(self.raw_body, self.max_json_nodes, self.max_text_bytes)
        if not isinstance(value, dict):
            raise InvalidRequest.at("", "type", "Send a JSON object.")
        return value

    def require_empty_body(self) -> None:
        """Raise InvalidRequest if the body has fields, instead of silently ignoring them."""
        if self.raw_body and self.json_body:
            self.require_known_fields(frozenset())

    def require_known_fields(self, known: frozenset[str]) -> dict[str, Any]:
        """Return the body's fields. Raise InvalidRequest if any of them is unknown."""
        errors = [
            FieldError(
                f"/{name[:60]}",
                "unknown-field",
                f"Remove it. Supported here: {', '.join(sorted(known)) or 'none'}.",
            )
            for name in self.json_body
            if name not in known
        ]
        if errors:
            raise InvalidRequest(
                "The body has unknown fields. Remove them.", code="unknown-field", errors=errors
            )
        return self.json_body

    def writable_part(
        self, shown: Mapping[str, Any], serializer: Any, writable: frozenset[str]
    ) -> dict[str, Any]:
        """Return the writable fields of the body.

        Raise InvalidRequest for a read-only field, unless its value equals the one in `shown`.
        Values are compared after parsing, so clients may format ids and times in their own way.
        """
        current = json.loads(json.dumps(shown, cls=JSONEncoder))
        sent = self.require_known_fields(frozenset(current) | writable)
        errors = [
            FieldError(f"/{name}", "read-only", "This field is read-only.")
            for name, value in sent.items()
            if name not in writable
            and not is_as_shown(serializer.fields[name], value, current[name])
        ]
        if errors:
            raise InvalidRequest(
                "A read-only field has another value. Leave it out, or send the value you read.",
                errors=errors,
            )
        return {name: value for name, value in sent.items() if name in writable}

    # -- workspace

    def requested_workspace_ids(self) -> list[UUID]:
        """Return the id of the workspace in `?workspace` or, without it, those of all the caller's workspaces."""
        named = self.request._request.GET.get("workspace")
        return (
            list(self.caller.workspace_ids)
            if named is None
            else [self.requested_workspace_id(named, "?workspace")]
        )

    def requested_workspace_id(self, named: Any, pointer: str) -> UUID:
        """Return the id of the named workspace or, without a name, of the caller's only workspace.

        Raise NotFound if the caller can't enter the named workspace, and InvalidRequest if none is
        named and the caller can't enter exactly one.
        """
        if named is None and len(self.caller.workspace_ids) == 1:
            return self.caller.workspace_ids[0]
        if named is None:
            raise InvalidRequest.at(pointer, "required", "Send the id of a workspace.")
        try:
            workspace_id = parse_uuid(named)
        except ValueError:
            raise InvalidRequest.at(pointer, "uuid", "Send a UUID.") from None
        self.caller.actor_for(workspace_id)
        return workspace_id

    # -- idempotency

    def idempotent_actor(self, workspace_id: UUID) -> Actor:
        """Return the actor in a workspace, with the gesture of the Idempotency-Key if it was sent.

        Raise NotFound if the caller can't enter the workspace.
        """
        actor = self.caller.actor_for(workspace_id)
        key = read_key(self.request._request)
        if key is None:
            return actor
        return actor.with_idempotency(uuid5(actor.id or workspace_id, key), self.fingerprint)

    @cached_property
    def fingerprint(self) -> str:
        """A hash of method, path, query and body, which tells a retry from another request."""
        raw = self.request._request
        query = raw.META.get("QUERY_STRING", "")
        line = f"{raw.method} {raw.path_info}{query and '?'}{query}\n"
        return sha256(line.encode() + self.raw_body).hexdigest()

    # -- conditional requests

    def etag_response(self, etag: str, body: Callable[[], Any]) -> Response:
        """Return the result of `body()` with this ETag, or 304 if the client already has it."""
        known = self.request.headers.get("If-None-Match", "")
        if known.strip() == "*" or etag in parse_etags(known):
            return Response(status=304, headers={"ETag": etag})
        return Response(body(), headers={"ETag": etag})

    def with_if_match(
        self, actor: Actor, current: Callable[[], str], *, required: bool = False
    ) -> Actor:
        """Return the actor with the `If-Match` header, if it was sent, as its precondition.

        `current` returns the current ETag, and is called while the write holds its locks. If the
        header is missing and `required` is true, raise an AppError with status 428.
        """
        wanted = self.request.headers.get("If-Match")
        if wanted is None:
            if required:
                raise AppError(
                    "This request needs If-Match. Send the ETag that you read, so that you don’t "
                    "overwrite someone else’s change.",
                    code="precondition-required",
                    status=428,
                )
            return actor
        return actor.with_precondition(lambda: require_match(wanted, current()))


def require_match(wanted: str, etag: str) -> None:
    """Raise PreconditionFailed unless `If-Match` names the current ETag or is `*`."""
    if wanted.strip() != "*" and etag not in parse_etags(wanted):
        raise PreconditionFailed(etag)


def is_as_shown(field: serializers.Field, value: Any, shown: Any) -> bool:
    """Return whether the value that a client sent equals the one that it was shown."""
    value = normalize_json(field, value)
    if isinstance(field, serializers.DateTimeField) and isinstance(value, str) and shown:
        # A JavaScript Date holds only milliseconds, so the last three digits get lost.
        return value in {shown, f"{shown[:-4]}000Z"}
    return bool(value == shown)


def normalize_json(field: serializers.Field, value: Any) -> Any:
    """Return a client's JSON value with ids and times in the format of our responses.

    Values in an unknown format are returned unchanged.
    """
    if isinstance(value, list) and isinstance(field, serializers.ListField):
        return [normalize_json(field.child, item) for item in value]
    if isinstance(field, serializers.DateTimeField):
        at = parse_instant(value)
        return format_instant(at) if at else value
    if isinstance(field, serializers.UUIDField | serializers.PrimaryKeyRelatedField):
        try:
            return str(UUID(value))
        except (ValueError, TypeError, AttributeError):
            return value
    return value


def parse_etags(sent: str) -> list[str]:
    """Return the ETags in an If-Match or If-None-Match header, each in quotes.

    Clients may leave out the quotes. A weak ETag (`W/`), which compressed responses have, is
    returned like a strong one.
    """
    tags = [tag.strip().removeprefix("W/") for tag in sent.split(",")]
    return [tag if tag.startswith('"') else f'"{tag}"' for tag in tags]
