"""REST framework authentication that takes the caller from CallerMiddleware."""

from typing import Any

from django.middleware.csrf import get_token
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.request import Request

from core.actors import require_expected_user
from core.errors import Forbidden


class CallerAuthentication(BaseAuthentication):
    """Accept the caller that the middleware found. Writes in a session also need the CSRF token."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        raw = request._request
        if raw.token is not None:  # type: ignore[attr-defined]
            return None
        if raw.user.is_authenticated:
            require_expected_user(raw.user, raw.headers.get("X-Expected-User"))  # type: ignore[arg-type]
            if CSRFCheck(lambda _: None).process_view(raw, None, (), {}):  # type: ignore[arg-type, return-value]
                get_token(raw)  # sets the cookie, so that our page can retry the request
                raise Forbidden(
                    "The CSRF token is missing or wrong. Send the value of the csrftoken cookie "
                    "in X-CSRFToken.",
                    code="csrf-failed",
                )
            return raw.user, None
        return None
