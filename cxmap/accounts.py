"""What of allauth is used: to sign in and out, and another password. People come by invitation."""

from allauth.account import views
from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import path, re_path

RESET = "account_reset_password"  # the names are those that the library leads to
urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/reset/", views.password_reset, name=RESET),
    path("password/reset/done/", views.password_reset_done, name=f"{RESET}_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name=f"{RESET}_from_key",
    ),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name=f"{RESET}_from_key_done",
    ),
]


class Accounts(DefaultAccountAdapter):
    def is_safe_url(self, url: str) -> bool:
        """Say whether a sign-in may lead there; never to what is no address at all."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/"
