"""The base view of HTML pages: sign-in, the current workspace, and redirects after forms."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views import View

from core.actors import READ, Actor, Caller, require_expected_user
from core.errors import AppError, Unauthenticated
from core.form_idempotency import find_form_id
from workspaces.access import get_workspace_for_slug
from workspaces.models import Workspace
from workspaces.queries import time_zone_of

EXPECTED_USER = "expected-user"  # the form field in which scripts send the user who loaded the page


class WorkspacePageView(View):
    """Base view for pages of signed-in members.

    It redirects to the sign-in page if no one is signed in. A user without a workspace gets a page
    that explains this, with status 403.
    """

    needs_workspace = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            if "HX-Request" in request.headers or (request.method == "POST" and request.POST):
                raise Unauthenticated(gettext("You are signed out. Sign in, then send this again."))
            return redirect_to_login(request.get_full_path())
        if request.method == "POST":
            require_expected_user(request.user, request.POST.get(EXPECTED_USER))
        if self.needs_workspace and not self.caller.workspace_ids:
            # Members who have just been removed see this, too.
            return render(request, "workspaces/none.html", status=403)
        with timezone.override(None):  # resets what enter_workspace() activates
            response = super().dispatch(request, *args, **kwargs)
        if request.method == "POST" and response.status_code in {200, 303}:
            set_accepted_form_cookie(request, response)
        return response

    def http_method_not_allowed(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Raise an error for people who open the URL of a button directly. It says where to find the button."""
        raise AppError(
            gettext(
                "This address belongs to a button on another page. Open that page and use the button there."
            ),
            code="method-not-allowed",
            status=405,
            headers={"Allow": ", ".join(self._allowed_methods())},
        )

    @property
    def caller(self) -> Caller:
        return self.request.caller  # type: ignore[attr-defined]

    def enter_workspace(self, workspace_id: UUID, time_zone: str = "") -> Actor:
        """Make a workspace the current one and return the caller's actor in it.

        The page's navigation shows this workspace, and dates are in its time zone (unless the user
        has chosen another). Without `time_zone`, the workspace's is read. Raise NotFound if the caller
        can't enter it.
        """
        self.request.workspace_id = workspace_id  # type: ignore[attr-defined]
        actor = self.caller.actor_for(workspace_id)
        chosen = self.request.user.time_zone  # type: ignore[union-attr]
        timezone.activate(chosen or time_zone or time_zone_of(workspace_id))
        return actor

    def enter_workspace_for_slug(self, slug: str, right: str = READ) -> tuple[Workspace, Actor]:
        """Make the workspace with this slug the current one. Raise NotFound or Forbidden."""
        workspace = get_workspace_for_slug(self.caller, slug, right)
        return workspace, self.enter_workspace(workspace.id, workspace.time_zone)


def set_accepted_form_cookie(request: HttpRequest, response: HttpResponseBase) -> None:
    """Set a cookie with the id of the saved form, so that the browser deletes its drafts."""
    form_id = find_form_id(request)
    if form_id is not None:
        name = "__Host-accepted" if settings.SESSION_COOKIE_SECURE else "accepted"
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(name, str(form_id), max_age=3600, secure=secure, samesite="Lax")


def see_other(url: str) -> HttpResponse:
    """Redirect after a successful POST, so that reloading doesn't submit the form again."""
    return HttpResponse(status=303, headers={"Location": iri_to_uri(url)})


def next_url(request: HttpRequest, default: str) -> str:
    """Return the path to redirect to after a form, or `default` if none is given or it isn't local.

    The path is in the field `next` or, for a form in a panel (htmx), in the URL of the surrounding page.
    """
    requested = request.POST.get("next") or _local_part_of(
        request.headers.get("HX-Current-URL", "")
    )
    return requested if is_local_path(requested) else default


def is_local_path(url: str) -> bool:
    """Return whether a URL that a request asks for is a path of this site."""
    return (
        url.startswith("/")
        and url.isprintable()
        and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    )


def _local_part_of(url: str) -> str:
    """Return the path and the query of a URL, or "" if it isn't valid."""
    try:
        return urlsplit(url)._replace(scheme="", netloc="", fragment="").geturl()
    except ValueError:
        return ""
