"""Every "no" of the product, as a program (problem+json under /api/) or a person reads it."""

import sys
from collections.abc import Mapping
from typing import Any

from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from rest_framework import exceptions

from core.errors import (
    AppError,
    Forbidden,
    InvalidRequest,
    NotFound,
    TooLarge,
    Unavailable,
    app_error_from_database,
    is_unavailable,
)
from core.log_masking import mask_secrets
from core.posted_forms import posted_form

TYPE_PREFIX = "/api/problems/#"  # with the code: what `type` of a problem points at
HTML_PREFIXES = ("/api/docs", "/api/problems")
FOR_PROGRAMS = frozenset({"/livez", "/readyz", "/metrics"})
TITLES: Mapping[int, str] = {
    400: "The request is not valid",
    401: "Sign in, or send a token",
    403: "You may not do this",
    404: "Not found",
    405: "Not in this way",
    406: "Not in this format",
    408: "This took too long",
    409: "The present state forbids this",
    410: "This is over",
    411: "Say how long the body is",
    412: "It changed in the meantime",
    413: "Too large",
    415: "Not this kind of content",
    422: "Refused as a whole",
    428: "Say which version you mean",
    429: "Too often",
    500: "Our mistake",
    503: "Not available at the moment",
}
# Where the status says less to a person than the code.
PAGE_TITLES: Mapping[str, str] = {"csrf-failed": "This was not sent"}
CODES: Mapping[int, str] = {
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    415: "unsupported-media-type",
}
RETRY_AFTER = "2"  # seconds
MAX_CAUSES = 5  # of one refusal, in the log


def is_api(request: HttpRequest) -> bool:
    """Say whether a program is asking: its refusals are JSON."""
    return request.path.startswith("/api/") and not request.path.startswith(HTML_PREFIXES)


def error_response(request: HttpRequest, refusal: AppError) -> HttpResponse:
    """Return the answer for a refusal: problem+json for programs, a page for people."""
    note_for_log(request, refusal)
    if is_api(request) or request.path in FOR_PROGRAMS:
        response: HttpResponse = problem_json(request, refusal)
    else:
        context: dict[str, Any] = {
            "refusal": refusal,
            "title": PAGE_TITLES.get(refusal.code) or TITLES.get(refusal.status, TITLES[400]),
        }
        if posted := posted_form(request, refusal):
            context |= {"posted": posted, "csrf_token": get_token(request)}
        # With the database away, the shell of the pages (names, counts) cannot be drawn.
        template = "error.html" if refusal.status < 500 else "server_error.html"
        text = render_to_string(template, context, request if refusal.status < 500 else None)
        response = HttpResponse(text, status=refusal.status)
    for name, value in refusal.headers.items():
        response[name] = value
    if refusal.status == 503:
        response["Retry-After"] = RETRY_AFTER
    response["Cache-Control"] = "private, no-store"
    return response


def note_for_log(request: HttpRequest, refusal: AppError) -> None:
    """Leave the problem's code and the exceptions behind it for the log (cxmap/request_log.py)."""
    chain = causes(sys.exc_info()[1] or refusal)
    names = [type(error).__name__ for error in chain]
    request.problem = refusal.code  # type: ignore[attr-defined]
    request.cause = " from ".join(names)  # type: ignore[attr-defined]
    request.is_database_error = refusal.status >= 500 and any(  # type: ignore[attr-defined]
        isinstance(error, Error) for error in chain
    )


def causes(error: BaseException | None) -> list[BaseException]:
    """Return an exception and those it was raised from, the latest first."""
    found: list[BaseException] = []
    while error is not None and error not in found and len(found) < MAX_CAUSES:
        found.append(error)
        # Some are raised again from themselves, with a pointer added.
        is_own = error.__cause__ is None or error.__cause__ is error
        error = error.__context__ if is_own and not _hides_context(error) else error.__cause__
    return found


def _hides_context(error: BaseException) -> bool:
    return error.__suppress_context__ and error.__cause__ is None


def problem_json(request: HttpRequest, refusal: AppError) -> JsonResponse:
    """Return RFC 9457's body for a refusal."""
    body: dict[str, Any] = {
        "type": TYPE_PREFIX + refusal.code,
        "title": TITLES.get(refusal.status, TITLES[400]),
        "status": refusal.status,
        "detail": refusal.detail,
        "instance": mask_secrets(request.path),
        "code": refusal.code,
        "request_id": getattr(request, "request_id", ""),
        "errors": [
            {"pointer": one.pointer, "code": one.code, "detail": one.detail}
            for one in refusal.errors
        ],
    }
    return JsonResponse(body, status=refusal.status, content_type="application/problem+json")


def to_app_error(error: BaseException | None) -> AppError | None:
    """Return the refusal that an exception means, or None where it is a mistake of ours."""
    match error:
        case AppError():
            return error
        case Http404() | exceptions.NotFound():
            return NotFound()
        case Error():
            return app_error_from_database(error)
        case SessionInterrupted() if unavailable := _unavailable_behind(error):
            return unavailable
        case RequestDataTooBig():
            return TooLarge("The body is larger than is read here.")
        case SuspiciousOperation():
            return InvalidRequest("This request could not be read.", code="bad-request")
        case exceptions.APIException():
            code = CODES.get(error.status_code, "bad-request")
            return AppError(str(error.detail), code=code, status=error.status_code)
        case _:
            return None


def _unavailable_behind(error: BaseException) -> AppError | None:
    """Return the refusal for the database error in whose handling this one was raised.

    Django takes any error of the database for a session that was deleted.
    """
    cause = error.__context__ and error.__context__.__context__
    return app_error_from_database(cause) if is_unavailable(cause) else None


def drf_exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """REST framework's exception handler; None lets a mistake of ours go up to handler500."""
    refusal = to_app_error(error)
    if refusal is None:
        return None
    response = error_response(context["request"]._request, refusal)
    if isinstance(error, exceptions.MethodNotAllowed):
        response["Allow"] = ", ".join(context["view"].allowed_methods)
    return response


# -- the four handlers of Django, and the one of its CSRF check


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(
        request, to_app_error(exception) or InvalidRequest("This request could not be read.")
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(request, Forbidden(str(exception) or "You may not do this."))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(request, NotFound())


def too_many_requests(request: HttpRequest) -> HttpResponse:
    refusal = AppError(
        "This was tried too often from your address. Wait a minute, then try again.",
        code="too-many-attempts",
        status=429,
        headers={"Retry-After": "60"},
    )
    return error_response(request, refusal)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer for what nobody caught: a database that went away in a middleware is a 503."""
    refusal = to_app_error(sys.exc_info()[1])
    if not isinstance(refusal, Unavailable):
        refusal = AppError(
            "Something went wrong on our side. If it stays, tell us the request id.",
            code="internal",
            status=500,
        )
    return error_response(request, refusal)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_response(
        request,
        Forbidden(
            "This form has expired, for example because you signed in again since. Send it again.",
            code="csrf-failed",
        ),
    )
