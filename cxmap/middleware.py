"""What happens to every request: its id, who asks, in which tenants it reads, how it is refused."""

import re
from collections.abc import Callable
from contextlib import nullcontext

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from changes.numbers import language_of, reader_language
from changes.tenancy import tenant
from cxmap.problems import as_refusal, is_api, refuse, unavailable
from workspaces.access import Caller, token_caller, user_caller
from workspaces.credentials import SECRET, live_token
from workspaces.errors import Forbidden, Invalid, Refused, Unauthenticated
from workspaces.ids import uuid7

GetResponse = Callable[[HttpRequest], HttpResponse]
UNREAD = ("/accounts/", "/s/")  # addresses where a GET opens no tenant for the caller
REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
API_VERSION = "1.0"


class RequestId:
    """Gives a request its id (the client's `X-Request-Id` where it is well formed), and the log.

    Under /api/v1/ a path with a slash at its end is the same as without: never a redirect, which
    would turn a POST into a GET.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get("X-Request-Id", "")
        request_id = sent if REQUEST_ID.fullmatch(sent) else uuid7().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        if is_api(request):
            request.path_info = request.path_info.rstrip("/")
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response["X-Request-Id"] = request_id
        return response


class HttpsOnly:
    """Where the public address is https, a plain request is not answered.

    A person is sent over; a program is told, because its token has already gone in clear text.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asks_for_health = request.path in {"/livez", "/readyz"}  # from inside, without a proxy
        if not settings.IS_HTTPS or request.is_secure() or asks_for_health:
            return self.get_response(request)
        if request.method in {"GET", "HEAD"} and not is_api(request):
            return HttpResponseRedirect(settings.PUBLIC_URL + request.get_full_path())
        return refuse(
            request,
            Forbidden(
                f"Use {settings.PUBLIC_URL}. A token sent without https may have been read on its"
                " way: revoke it.",
                code="https-required",
            ),
        )


class Headers:
    """Sets what no page and no answer may be without, unless its view said otherwise."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if is_api(request):
            response["API-Version"] = API_VERSION
            response["Vary"] = "Authorization, Cookie"
        if not request.path.startswith(settings.STATIC_URL):
            cached = "no-cache" if response.has_header("ETag") else "no-store"
            response.setdefault("Cache-Control", f"private, {cached}")
        return response


class ReaderLanguageMiddleware:
    """Says in which language the reader's browser writes numbers (forms read and show them)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = reader_language.set(language_of(request.headers.get("Accept-Language", "")))
        try:
            return self.get_response(request)
        finally:
            reader_language.reset(token)


class CallerMiddleware:
    """Sets `request.caller` (empty for nobody) and `request.token` from session or Bearer token."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.token = None  # type: ignore[attr-defined]
        request.caller = Caller()  # type: ignore[attr-defined]
        try:
            identify(request)
        except Refused as refusal:
            return refuse(request, refusal)
        except (OperationalError, InterfaceError):
            return refuse(request, unavailable())
        return self.get_response(request)


def identify(request: HttpRequest) -> None:
    """Find out who asks. A credential that is not good is refused, not taken for nobody."""
    if SECRET.search(request.get_full_path()):
        raise Invalid(
            "A token belongs in the Authorization header. This one was in the address, where logs "
            "keep it: revoke it.",
            code="token-in-url",
        )
    sent = request.headers.get("Authorization", "") if is_api(request) else ""
    kind, _, secret = sent.partition(" ")
    if kind and request.user.is_authenticated:
        raise Invalid("Send a token or a session cookie, not both.", code="two-credentials")
    if kind and kind.lower() != "bearer":
        raise Unauthenticated("Send “Authorization: Bearer cxm_…”.", code="invalid-token")
    if kind:
        request.token = live_token(secret.strip())  # type: ignore[attr-defined]
        request.caller = token_caller(request.token)  # type: ignore[attr-defined]
    elif request.user.is_authenticated:
        request.caller = user_caller(request.user)  # type: ignore[attr-defined]


class Refusals:
    """Turns what a view raised into an answer; what is left is a mistake of ours (a 500)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        refusal = as_refusal(error)
        return refuse(request, refusal) if refusal else None


class TenantReads:
    """Opens the tenants of the caller for the whole of a GET, in one read-only snapshot.

    So that everything on a page is of one moment. Not for signing in and out, which write, nor
    for what is shared by a link, which knows no caller.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        caller: Caller = request.caller  # type: ignore[attr-defined]
        reads = request.method in {"GET", "HEAD"} and not request.path.startswith(UNREAD)
        opened = reads and caller.workspace_ids
        try:
            with tenant(caller.workspace_ids, snapshot=True) if opened else nullcontext():
                return self.get_response(request)
        except (OperationalError, InterfaceError):
            return refuse(request, unavailable())
