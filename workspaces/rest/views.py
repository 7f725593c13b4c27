"""The base of every endpoint: who asks, under which scopes, which gesture, which version."""

from collections.abc import Callable
from functools import cached_property
from hashlib import sha256
from typing import Any, ClassVar
from uuid import UUID, uuid5

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from workspaces.access import Actor, Caller
from workspaces.errors import FieldError, Forbidden, Invalid, Refused, Stale, Unauthenticated
from workspaces.ids import parse_uuid
from workspaces.rest import body
from workspaces.rest.authentication import CallerAuthentication
from workspaces.rest.idempotency import read_key
from workspaces.rest.paging import PAGING, check_params

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Door(APIView):
    """An endpoint. `read` and `write` name the scopes a token needs for it, all of them."""

    authentication_classes = (CallerAuthentication,)
    permission_classes = ()
    read: ClassVar[tuple[str, ...]] = ()
    write: ClassVar[tuple[str, ...]] = ()
    session_only: ClassVar[bool] = False  # a token must not make tokens
    filters: ClassVar[frozenset[str]] = frozenset()  # query parameters beside the paging's
    query: ClassVar[frozenset[str]] = frozenset()  # query parameters of writes
    lists: ClassVar[bool] = False
    limit: ClassVar[int] = body.MIB
    nodes: ClassVar[int] = body.NODES

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raw = request._request
        if not raw.token and not raw.user:  # type: ignore[attr-defined]
            raise Unauthenticated("Send “Authorization: Bearer cxm_…”, or sign in.")
        if self.session_only and raw.token is not None:  # type: ignore[attr-defined]
            raise Forbidden("Only somebody signed in may do this.", code="session-required")
        self._need_scopes(self.read if request.method in SAFE else self.write)
        known = self.filters | (PAGING if self.lists else frozenset())
        check_params(raw.GET, known if request.method in SAFE else self.query)

    def options(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(status=204)

    @property
    def caller(self) -> Caller:
        return self.request._request.caller  # type: ignore[no-any-return]

    def _need_scopes(self, needed: tuple[str, ...]) -> None:
        held = self.caller.scopes
        missing = [] if held is None else [one for one in needed if not _covers(held, one)]
        if missing:
            raise Forbidden(
                f"This token needs the scope “{'”, “'.join(missing)}”.", code="insufficient-scope"
            )

    # -- what was sent

    @cached_property
    def raw_body(self) -> bytes:
        return body.read_body(self.request._request, self.limit)

    @cached_property
    def sent(self) -> dict[str, Any]:
        """The JSON object that was sent."""
        body.check_media(self.request._request)
        value = body.read_json(self.raw_body, self.nodes)
        if not isinstance(value, dict):
            raise Invalid.at("", "type", "Send a JSON object.")
        return value

    def nothing_sent(self) -> None:
        """Refuse a body where none is read, rather than let a client think it was."""
        if self.raw_body and self.sent:
            self.known_only(frozenset())

    def known_only(self, known: frozenset[str]) -> dict[str, Any]:
        """Return what was sent; Invalid for fields that mean nothing here."""
        errors = [
            FieldError(
                f"/{name[:60]}",
                "unknown-field",
                f"Known here: {', '.join(sorted(known)) or 'nothing'}.",
            )
            for name in self.sent
            if name not in known
        ]
        if errors:
            raise Invalid(
                "There is a field that means nothing here.", code="unknown-field", errors=errors
            )
        return self.sent

    # -- in which workspace

    def workspace_named(self, named: Any, pointer: str) -> UUID:
        """Return the workspace that was named, or the only one there is; refuses like a get_."""
        if named is None and len(self.caller.workspace_ids) == 1:
            return self.caller.workspace_ids[0]
        if named is None:
            raise Invalid.at(pointer, "required", "Say in which workspace.")
        try:
            workspace_id = parse_uuid(named)
        except ValueError:
            raise Invalid.at(pointer, "uuid", "Send an id (a UUID).") from None
        self.caller.acting_in(workspace_id)
        return workspace_id

    # -- who writes, under which gesture

    def acting(self, workspace_id: UUID) -> Actor:
        """Return the actor in a workspace, under the gesture of the Idempotency-Key."""
        actor = self.caller.acting_in(workspace_id)
        key = read_key(self.request._request)
        if key is None:
            if actor.kind == "token" and self.request.method == "POST":
                raise Invalid(
                    "Send an Idempotency-Key (8 to 128 of A-Z a-z 0-9 _ - : .), so that a retry "
                    "does nothing twice.",
                    code="idempotency-key-required",
                )
            return actor
        return actor.under(uuid5(actor.id or workspace_id, key), self.fingerprint)

    @cached_property
    def fingerprint(self) -> str:
        """What tells a retry from another request: method, address and the body's bytes."""
        line = f"{self.request.method} {self.request._request.path_info}\n"
        return sha256(line.encode() + self.raw_body).hexdigest()

    # -- versions

    def tagged(self, etag: str, body: Callable[[], Any]) -> Response:
        """Return what `body` makes with its ETag, or 304 where the client has it already."""
        known = [one.strip() for one in self.request.headers.get("If-None-Match", "").split(",")]
        if etag in known:
            return Response(status=304, headers={"ETag": etag})
        return Response(body(), headers={"ETag": etag})

    def provided(
        self, actor: Actor, current: Callable[[], str], *, required: bool = False
    ) -> Actor:
        """Return the actor bound to `If-Match`: `current()` gives the ETag under the lock."""
        wanted = self.request.headers.get("If-Match")
        if wanted is None:
            if required:
                raise Refused(
                    "Send If-Match with the ETag of what you read, so that nobody's change is "
                    "overwritten unseen.",
                    code="precondition-required",
                    status=428,
                )
            return actor
        return actor.provided(lambda: check_match(wanted, current()))


def check_match(wanted: str, etag: str) -> None:
    """Raise Stale unless `If-Match` names the present ETag (or `*`)."""
    if wanted.strip() != "*" and etag not in [one.strip() for one in wanted.split(",")]:
        raise Stale(etag)


def _covers(held: frozenset[str], needed: str) -> bool:
    """Say whether a scope is held; to write includes to read."""
    noun = needed.partition(":")[0]
    return needed in held or (needed.endswith(":read") and f"{noun}:write" in held)
