"""Middleware: request id, caller, tenant scope, response headers and error responses."""

import re
from collections.abc import Callable
from contextlib import nullcontext
from io import BytesIO
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.asgi import ASGIRequest
from django.db import Error, close_old_connections
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware, re_accepts_gzip
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from core.actors import Caller
from core.client_address import address_group, client_address, is_trusted_proxy
from core.error_responses import error_response, is_api, to_app_error
from core.errors import AppError, Forbidden, InvalidRequest, TooLarge, Unauthenticated, Unavailable
from core.ids import uuid7
from core.numbers import language_of, reader_language
from core.rate_limits import RateLimit
from core.tenancy import tenant_scope
from cxmap.health import database_state
from cxmap.request_limits import ANONYMOUS_LIMIT, ERROR_SCOPE_KEY
from cxmap.request_pool import WORKSPACES_SCOPE_KEY
from workspaces.access import token_caller, user_caller
from workspaces.credentials import TOKEN_PATTERN, authenticate_token
from workspaces.models import Token

GetResponse = Callable[[HttpRequest], HttpResponse]
NO_TENANT_PREFIXES = (
    "/accounts/",
    "/s/",
    "/metrics",
)  # paths where a GET opens no tenant scope for the caller
FORWARDED_HEADERS = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
)
REQUEST_ID_PATTERN = re.compile(r"[A-Za-z0-9_-]{8,64}")
API_VERSION = "1.0"
HEALTH_PATHS = frozenset({"/livez", "/readyz"})
INTERNAL_PATHS = HEALTH_PATHS | {"/metrics"}  # requested from inside, without the proxy
INVALID_TOKEN_LIMIT = RateLimit("wrong-tokens", 30, 60)


class ClientAddressMiddleware:
    """Sets `REMOTE_ADDR` to the client's address, and drops untrusted forwarded headers.

    After it, all code can use `REMOTE_ADDR`, and Django can trust X-Forwarded-Proto.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        set_client_address(request)
        return self.get_response(request)


def set_client_address(request: HttpRequest) -> None:
    peer = request.META.get("REMOTE_ADDR") or ""
    request.is_forwarded = any(name in request.META for name in FORWARDED_HEADERS)  # type: ignore[attr-defined]
    if is_trusted_proxy(peer):
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        request.META["REMOTE_ADDR"] = client_address(peer, forwarded)
    else:
        for name in FORWARDED_HEADERS:
            request.META.pop(name, None)


class RequestIdMiddleware:
    """Sets the request id for the log: the client's `X-Request-Id` if it is well formed, else a new id.

    Also removes a trailing slash from the paths of the API. A redirect would turn a POST into a
    GET.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get("X-Request-Id", "")
        request_id = sent if REQUEST_ID_PATTERN.fullmatch(sent) else uuid7().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        if is_api(request):
            request.path_info = request.path_info.rstrip("/")
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response["X-Request-Id"] = request_id
        return response


class RequireHttpsMiddleware:
    """Rejects plain HTTP requests if the public address has https.

    GET and HEAD requests for pages are redirected. Other requests get an error instead, because
    they have already sent their token or form in clear text. Health checks and metrics are allowed.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_internal = request.path in INTERNAL_PATHS
        if not settings.IS_HTTPS or request.is_secure() or is_internal:
            return self.get_response(request)
        if request.method in {"GET", "HEAD"} and not is_api(request):
            return HttpResponseRedirect(settings.PUBLIC_URL + request.get_full_path())
        return error_response(
            request,
            Forbidden(
                gettext(
                    "Use {url}. A token sent without https may have been read in transit: "
                    "revoke it."
                ).format(url=settings.PUBLIC_URL),
                code="https-required",
            ),
        )


class CompressionMiddleware(GZipMiddleware):
    """Compresses responses, and adds random padding against BREACH.

    Responses to forms are not compressed, because some show a secret next to the submitted data.
    Pages of guests and invitations are compressed: their URL is secret, so an attacker can't load
    them.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"} and not is_api(request):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])  # also of a 304 and of a short response
        return super().process_response(request, response)


def accepts_gzip(request: HttpRequest) -> bool:
    return bool(re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")))


class ResponseHeadersMiddleware:
    """Sets security and caching headers, unless the view has set them.

    Also sets `API-Version` and `Vary` on the responses of the API.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if is_api(request):
            response["API-Version"] = API_VERSION
            response["Vary"] = "Authorization, Cookie, Accept-Language"
        if not request.path.startswith(settings.STATIC_URL):
            cached = "no-cache" if response.has_header("ETag") else "no-store"
            response.setdefault("Cache-Control", f"private, {cached}")
        return response


class MigrationMiddleware:
    """Responds with 503 while the database lacks migrations that are in the code.

    Once it has all of them, the middleware stops checking. Health checks are always allowed.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.is_migrated = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.is_migrated and request.path not in HEALTH_PATHS:
            state = database_state()
            if state == "migrations pending":
                return error_response(
                    request,
                    Unavailable(
                        gettext(
                            "The database isn’t ready for this version of cxmap: migrations are"
                            " pending. Run “python manage.py migrate”, then send the request again."
                        )
                    ),
                )
            self.is_migrated = state == "up"
        return self.get_response(request)


class LanguageMiddleware:
    """Sets the language of texts, and the format of numbers in forms, from Accept-Language.

    CallerMiddleware changes both if the user has chosen a language. Texts are in English if there
    is no catalog for the language.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = reader_language.set(language_of(request.headers.get("Accept-Language", "")))
        try:
            with translation.override(translation.get_language_from_request(request)):
                return self.get_response(request)
        finally:
            reader_language.reset(token)


class EarlyErrorMiddleware:
    """Responds to requests that were rejected before Django ran (cxmap/request_limits.py)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        refusal = getattr(request, "scope", {}).get(ERROR_SCOPE_KEY)
        return error_response(request, refusal) if refusal else self.get_response(request)


class CallerMiddleware:
    """Sets `request.caller` (empty if anonymous) and `request.token`, from session or bearer token.

    Health checks are excluded, so that they work while sessions can't be read.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.token = None  # type: ignore[attr-defined]
        request.caller = Caller()  # type: ignore[attr-defined]
        try:
            if request.path not in HEALTH_PATHS:
                authenticate(request)
        except (AppError, Error) as error:
            refusal = to_app_error(error)
            if refusal is None:
                raise
            return error_response(request, refusal)
        if hasattr(request, "scope"):
            request.scope[WORKSPACES_SCOPE_KEY] = tuple(request.caller.workspace_ids)  # type: ignore[attr-defined]
        return self.get_response(request)


def authenticate(request: HttpRequest) -> None:
    """Identify the caller. A request with an invalid credential is rejected, not made anonymous."""
    if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        # PostgreSQL cannot store NUL, so a query with it would fail.
        raise InvalidRequest(
            gettext("The URL contains a NUL character. Remove %00 from it."), code="bad-request"
        )
    if TOKEN_PATTERN.search(request.get_full_path()):
        raise InvalidRequest(
            gettext(
                "Send tokens in the Authorization header. This one was in the URL, which may be logged,"
                " so revoke it."
            ),
            code="token-in-url",
        )
    sent = request.headers.get("Authorization", "") if is_api(request) else ""
    kind, _, secret = sent.partition(" ")
    if kind and request.user.is_authenticated:
        raise InvalidRequest(
            gettext("Send a token or a session cookie, not both."), code="two-credentials"
        )
    if kind and kind.lower() != "bearer":
        raise Unauthenticated(gettext("Send “Authorization: Bearer cxm_…”."), code="invalid-token")
    if kind:
        request.token = authenticate_token_with_limit(request, secret.strip())  # type: ignore[attr-defined]
        request.caller = token_caller(request.token)  # type: ignore[attr-defined]
    elif request.user.is_authenticated:
        request.caller = user_caller(request.user)  # type: ignore[attr-defined]
        if request.user.language:
            translation.activate(request.user.language)
            reader_language.set(language_of(request.user.language))


def authenticate_token_with_limit(request: HttpRequest, secret: str) -> Token:
    """Return the valid token with this secret. Invalid ones are rate-limited by client address.

    A valid token is always accepted, even after many invalid ones from the same address.
    """
    try:
        return authenticate_token(secret)
    except Unauthenticated as refusal:
        usage = INVALID_TOKEN_LIMIT.count_attempt(
            address_group(request.META.get("REMOTE_ADDR") or "")
        )
        if usage.is_exceeded:
            raise usage.refusal(
                ngettext(
                    "Too many invalid tokens from your IP address. Send a valid token, or wait {n} "
                    "second before you try another one.",
                    "Too many invalid tokens from your IP address. Send a valid token, or wait {n} "
                    "seconds before you try another one.",
                    usage.seconds_left,
                ).format(n=usage.seconds_left)
            ) from None
        refusal.headers.update(usage.headers)
        raise


def require_credential(scope: Any) -> None:
    """Raise AppError unless an ASGI request has a valid token or session."""
    close_old_connections()
    request: Any = ASGIRequest(scope, BytesIO())
    request.token = None
    set_client_address(request)
    try:
        SessionMiddleware(lambda _: HttpResponse()).process_request(request)
        request.user = get_user(request)
        authenticate(request)
    except Error as error:
        raise to_app_error(error) or error from None
    finally:
        close_old_connections()
    if not request.token and not request.user.is_authenticated:
        raise TooLarge(
            gettext(
                "If you aren’t signed in, the body can have at most {limit} bytes. Sign in, or send "
                "“Authorization: Bearer cxm_…”."
            ).format(limit=number_format(ANONYMOUS_LIMIT, force_grouping=True))
        )


class ErrorMiddleware:
    """Converts application errors to responses. Other exceptions become a 500."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        refusal = to_app_error(error)
        return error_response(request, refusal) if refusal else None


class TenantSnapshotMiddleware:
    """Runs each GET in a read-only snapshot that sees the caller's workspaces.

    Everything on a page is therefore from the same moment. Signing in and out is excluded because
    it writes. Shared links and metrics are excluded because they have no caller.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        caller: Caller = request.caller  # type: ignore[attr-defined]
        reads = request.method in {"GET", "HEAD"} and not request.path.startswith(
            NO_TENANT_PREFIXES
        )
        opened = reads and caller.workspace_ids
        try:
            with tenant_scope(caller.workspace_ids, snapshot=True) if opened else nullcontext():
                return self.get_response(request)
        except Error as error:
            refusal = to_app_error(error)
            if refusal is None:
                raise
            return error_response(request, refusal)
