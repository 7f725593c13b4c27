"""The allauth views in use: sign in, sign out, change and reset a password.

There is no sign-up view. Accounts are created by invitations and by management commands such as
`workspace_create`.
"""

from hashlib import sha256
from typing import Any

from allauth.account import views
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ResetPasswordForm
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import path, re_path
from django.utils.translation import gettext
from kombu.exceptions import OperationalError

from core.client_address import address_group
from core.errors import Unavailable
from core.rate_limits import RateLimit
from cxmap.tasks import mail_password_reset

RESET_URL_NAME = "account_reset_password"  # allauth reverses these names
urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/reset/", views.password_reset, name=RESET_URL_NAME),
    path("password/reset/done/", views.password_reset_done, name=f"{RESET_URL_NAME}_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name=f"{RESET_URL_NAME}_from_key",
    ),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name=f"{RESET_URL_NAME}_from_key_done",
    ),
]


# Failed sign-ins from one address, and for one login from any address.
LIMIT_BY_ADDRESS = RateLimit("sign-in-address", 10, 60)
LIMIT_BY_LOGIN = RateLimit("sign-in-login", 5, 300)


class AccountAdapter(DefaultAccountAdapter):
    """allauth adapter that limits the rate of sign-ins and checks redirects."""

    def is_safe_url(self, url: str) -> bool:
        """Return whether a sign-in may redirect to `url`. Malformed URLs are not safe."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return str(request.META.get("REMOTE_ADDR") or "")  # set by ClientAddressMiddleware

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a sign-in attempt. Raise an error if there were too many."""
        for limit, key in self._limits(request, credentials):
            if limit.count_attempt(key).is_exceeded:
                raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user:
            for limit, key in self._limits(request, credentials):
                limit.uncount_attempt(key)
        return user

    def _limits(
        self, request: HttpRequest, credentials: dict[str, Any]
    ) -> list[tuple[RateLimit, str]]:
        login = sha256(credentials.get("email", "").strip().casefold().encode()).hexdigest()
        return [
            (LIMIT_BY_ADDRESS, address_group(self.get_client_ip(request))),
            (LIMIT_BY_LOGIN, login),
        ]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/"


class PasswordResetForm(ResetPasswordForm):
    """Password reset form. Its response doesn't reveal whether the login exists."""

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Queue the e-mail and return the address. Raise Unavailable if no task can be queued."""
        try:
            mail_password_reset.delay([str(user.pk) for user in self.users])
        except OperationalError:
            raise Unavailable(
                gettext("E-mail can’t be sent right now. Try again in a few minutes.")
            ) from None
        return str(self.cleaned_data["email"])
