"""How REST framework learns who the middleware found."""

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware, get_token
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from workspaces.errors import Forbidden
from workspaces.models import Token, User


class CallerAuthentication(BaseAuthentication):
    """Takes the caller that the middleware found; a session must show its CSRF token to write."""

    def authenticate(self, request: Request) -> tuple[User, Token | None] | None:
        raw = request._request
        if raw.token is not None:  # type: ignore[attr-defined]
            return None
        if raw.user.is_authenticated:
            require_expected_user(raw)
            if _Csrf(lambda _: None).process_view(raw, None, (), {}):  # type: ignore[arg-type, return-value]
                get_token(raw)  # sets the cookie, so that our page can send the request again
                raise Forbidden("The CSRF token is missing or wrong.", code="csrf-failed")
            return raw.user, None
        return None


def require_expected_user(request: HttpRequest) -> None:
    """Refuse a request of a page that was loaded by another user than the one signed in now.

    A page may stay open, and keep edits to send, while somebody else signs in in the same browser.
    """
    expected = request.headers.get("X-Expected-User")
    if expected is not None and expected != str(request.user.pk):
        raise Forbidden(
            "Somebody else is signed in now. Sign in again as the user who opened this page.",
            code="other-user",
        )


class _Csrf(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason
