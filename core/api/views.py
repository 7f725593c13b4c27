"""The base of every endpoint: who asks, under which scopes, which gesture, which version."""

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from hashlib import sha256
from typing import Any, ClassVar
from uuid import UUID, uuid5

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder
from rest_framework.views import APIView

from core.actors import Actor, Caller, covers, missing_scopes_error
from core.api import body
from core.api.authentication import CallerAuthentication
from core.api.idempotency import read_key
from core.api.paging import PAGING, check_params
from core.api.parameters import QueryParameter
from core.errors import (
    AppError,
    FieldError,
    Forbidden,
    InvalidRequest,
    PreconditionFailed,
    Unauthenticated,
)
from core.ids import parse_uuid
from core.instants import format_instant, parse_instant

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class BaseAPIView(APIView):
    """An endpoint. `read` and `write` name the scopes a token needs for it, all of them."""

    authentication_classes = (CallerAuthentication,)
    permission_classes = ()
    read_scopes: ClassVar[tuple[str, ...]] = ()
    write_scopes: ClassVar[tuple[str, ...]] = ()
    session_only: ClassVar[bool] = False  # a token must not make tokens
    query_parameters: ClassVar[
        Mapping[str, QueryParameter]
    ] = {}  # query parameters beside the paging's
    write_query_parameters: ClassVar[
        Mapping[str, QueryParameter]
    ] = {}  # query parameters of writes
    etag_methods: ClassVar[frozenset[str]] = frozenset()  # methods that are answered with an ETag
    if_match_methods: ClassVar[frozenset[str]] = frozenset()  # methods that read If-Match
    is_list: ClassVar[bool] = False
    takes_key: ClassVar[bool] = True  # writes read the Idempotency-Key
    shows_secret: ClassVar[bool] = False  # POST returns a secret once; a retry is refused
    has_location: ClassVar[bool] = True  # what is made here has an address of its own
    max_body_bytes: ClassVar[int] = body.MIB
    max_json_nodes: ClassVar[int] = body.MAX_NODES
    max_body_note: ClassVar[str] = ""  # what else a body that is too large is told

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raw = request._request
        if not raw.token and not raw.user:  # type: ignore[attr-defined]
            raise Unauthenticated("Send “Authorization: Bearer cxm_…”, or sign in.")
        if self.session_only and raw.token is not None:  # type: ignore[attr-defined]
            raise Forbidden("Only somebody signed in may do this.", code="session-required")
        self._require_scopes(
            self.read_scopes if request.method in SAFE_METHODS else self.write_scopes
        )
        known = frozenset(
            self.query_parameters if request.method in SAFE_METHODS else self.write_query_parameters
        )
        check_params(
            raw.GET, known | (PAGING if self.is_list and request.method in SAFE_METHODS else set())
        )

    def options(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(status=204)

    @property
    def caller(self) -> Caller:
        return self.request._request.caller  # type: ignore[no-any-return]

    def _require_scopes(self, needed: tuple[str, ...]) -> None:
        held = self.caller.scopes
        missing = [] if held is None else [one for one in needed if not covers(held, one)]
        if missing:
            raise missing_scopes_error(*missing)

    # -- what was sent

    @cached_property
    def raw_body(self) -> bytes:
        return body.read_body(self.request._request, self.max_body_bytes, self.max_body_note)

    @cached_property
    def json_body(self) -> dict[str, Any]:
        """The JSON object that was sent."""
        body.require_media_type(self.request._request)
        value = body.read_json(self.raw_body, self.max_json_nodes)
        if not isinstance(value, dict):
            raise InvalidRequest.at("", "type", "Send a JSON object.")
        return value

    def require_empty_body(self) -> None:
        """Refuse a body where none is read, rather than let a client think it was."""
        if self.raw_body and self.json_body:
            self.require_known_fields(frozenset())

    def require_known_fields(self, known: frozenset[str]) -> dict[str, Any]:
        """Return what was sent; Invalid for fields that mean nothing here."""
        errors = [
            FieldError(
                f"/{name[:60]}",
                "unknown-field",
                f"Known here: {', '.join(sorted(known)) or 'nothing'}.",
            )
            for name in self.json_body
            if name not in known
        ]
        if errors:
            raise InvalidRequest(
                "There is a field that means nothing here.", code="unknown-field", errors=errors
            )
        return self.json_body

    def writable_part(
        self, shown: Mapping[str, Any], serializer: Any, writable: frozenset[str]
    ) -> dict[str, Any]:
        """Return the writable fields that were sent.

        Read-only fields may be sent with the value that is `shown`, however a client writes it.
        """
        now = json.loads(json.dumps(shown, cls=JSONEncoder))
        sent = self.require_known_fields(frozenset(now) | writable)
        errors = [
            FieldError(f"/{name}", "read-only", "This cannot be set.")
            for name, value in sent.items()
            if name not in writable and not is_as_shown(serializer.fields[name], value, now[name])
        ]
        if errors:
            raise InvalidRequest("A field that cannot be set has another value.", errors=errors)
        return {name: value for name, value in sent.items() if name in writable}

    # -- in which workspace

    def requested_workspace_ids(self) -> list[UUID]:
        """Return the workspace that `?workspace` names, or all that the caller is in."""
        named = self.request._request.GET.get("workspace")
        return (
            list(self.caller.workspace_ids)
            if named is None
            else [self.requested_workspace_id(named, "?workspace")]
        )

    def requested_workspace_id(self, named: Any, pointer: str) -> UUID:
        """Return the workspace that was named, or the only one there is; refuses like a get_."""
        if named is None and len(self.caller.workspace_ids) == 1:
            return self.caller.workspace_ids[0]
        if named is None:
            raise InvalidRequest.at(pointer, "required", "Say in which workspace.")
        try:
            workspace_id = parse_uuid(named)
        except ValueError:
            raise InvalidRequest.at(pointer, "uuid", "Send an id (a UUID).") from None
        self.caller.actor_for(workspace_id)
        return workspace_id

    # -- who writes, under which gesture

    def idempotent_actor(self, workspace_id: UUID) -> Actor:
        """Return the actor in a workspace, under the gesture of the Idempotency-Key, if any."""
        actor = self.caller.actor_for(workspace_id)
        key = read_key(self.request._request)
        if key is None:
            return actor
        return actor.with_idempotency(uuid5(actor.id or workspace_id, key), self.fingerprint)

    @cached_property
    def fingerprint(self) -> str:
        """What tells a retry from another request: method, address, query and the body's bytes."""
        raw = self.request._request
        query = raw.META.get("QUERY_STRING", "")
        line = f"{raw.method} {raw.path_info}{query and '?'}{query}\n"
        return sha256(line.encode() + self.raw_body).hexdigest()

    # -- versions

    def etag_response(self, etag: str, body: Callable[[], Any]) -> Response:
        """Return what `body` makes with its ETag, or 304 where the client has it already."""
        had = self.request.headers.get("If-None-Match", "")
        if had.strip() == "*" or etag in parse_etags(had):
            return Response(status=304, headers={"ETag": etag})
        return Response(body(), headers={"ETag": etag})

    def with_if_match(
        self, actor: Actor, current: Callable[[], str], *, required: bool = False
    ) -> Actor:
        """Return the actor bound to `If-Match`: `current_etag()` gives the ETag under the lock."""
        wanted = self.request.headers.get("If-Match")
        if wanted is None:
            if required:
                raise AppError(
                    "Send If-Match with the ETag of what you read, so that nobody's change is "
                    "overwritten unseen.",
                    code="precondition-required",
                    status=428,
                )
            return actor
        return actor.with_precondition(lambda: require_match(wanted, current()))


def require_match(wanted: str, etag: str) -> None:
    """Raise Stale unless `If-Match` names the present ETag (or `*`)."""
    if wanted.strip() != "*" and etag not in parse_etags(wanted):
        raise PreconditionFailed(etag)


def is_as_shown(field: serializers.Field, value: Any, shown: Any) -> bool:
    """Say whether a client sent a value back unchanged."""
    value = normalize_json(field, value)
    if isinstance(field, serializers.DateTimeField) and isinstance(value, str) and shown:
        # A JavaScript Date holds milliseconds, so its clients drop the other three digits.
        return value in {shown, f"{shown[:-4]}000Z"}
    return bool(value == shown)


def normalize_json(field: serializers.Field, value: Any) -> Any:
    """Return a JSON value as we would write it: clients write ids and instants in other forms."""
    if isinstance(value, list) and isinstance(field, serializers.ListField):
        return [normalize_json(field.child, one) for one in value]
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
    """Return the ETags of a condition. Quotes may be missing.

    Compressed responses have weak ETags, which are compared like strong ones.
    """
    tags = [one.strip().removeprefix("W/") for one in sent.split(",")]
    return [tag if tag.startswith('"') else f'"{tag}"' for tag in tags]
