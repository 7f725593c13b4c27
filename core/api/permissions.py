"""Permission classes for the API. Rights in a workspace are checked by `access.py` and services."""

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from core.actors import covers, missing_scopes_error
from core.errors import Forbidden, Unauthenticated


class IsAuthenticated(BasePermission):
    """Requires a token or a session. Raises Unauthenticated, which says how to send one."""

    def has_permission(self, request: Request, view: Any) -> bool:
        raw = request._request
        if not raw.token and not raw.user:  # type: ignore[attr-defined]
            raise Unauthenticated(
                "You aren’t authenticated. Send “Authorization: Bearer cxm_…”, or sign in."
            )
        return True


class TokenIsAllowed(BasePermission):
    """Refuses tokens if the view is `session_only`. Raises Forbidden."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if view.session_only and request._request.token is not None:  # type: ignore[attr-defined]
            raise Forbidden("Tokens can’t do this. Sign in instead.", code="session-required")
        return True


class TokenHasScopes(BasePermission):
    """Refuses tokens without the view's scopes. Raises Forbidden, which names the missing ones."""

    def has_permission(self, request: Request, view: Any) -> bool:
        held = view.caller.scopes
        needed = view.read_scopes if request.method in SAFE_METHODS else view.write_scopes
        missing = [] if held is None else [scope for scope in needed if not covers(held, scope)]
        if missing:
            raise missing_scopes_error(*missing)
        return True
