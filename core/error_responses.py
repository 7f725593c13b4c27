"""Responses for all errors: problem+json for programs (under /api/), pages for people."""

import sys
from collections.abc import Mapping
from typing import Any

from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
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
from core.text import Text

TYPE_PREFIX = "/api/problems/#"  # followed by the code, it is the `type` of a problem
HTML_PREFIXES = ("/api/docs", "/api/problems")
FOR_PROGRAMS = frozenset({"/livez", "/readyz", "/metrics"})
TITLES: Mapping[int, Text] = {
    400: _("Invalid request"),
    401: _("Authentication required"),
    403: _("Permission denied"),
    404: _("Not found"),
    405: _("Method not allowed"),
    406: _("Not acceptable"),
    408: _("Request timed out"),
    409: _("Conflict with the current state"),
    410: _("No longer available"),
    411: _("Length required"),
    412: _("Changed in the meantime"),
    413: _("Too large"),
    415: _("Unsupported content type"),
    422: _("Unprocessable request"),
    428: _("Precondition required"),
    429: _("Too many requests"),
    500: _("Internal server error"),
    503: _("Temporarily unavailable"),
}
# titles for codes that say more than the status
PAGE_TITLES: Mapping[str, Text] = {"csrf-failed": _("Your form wasn’t sent")}
CODES: Mapping[int, str] = {
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    415: "unsupported-media-type",
}
RETRY_AFTER = "2"  # seconds
MAX_CAUSES = 5  # logged per error


def is_api(request: HttpRequest) -> bool:
    """Return whether the request is to the API, whose errors are JSON."""
    return request.path.startswith("/api/") and not request.path.startswith(HTML_PREFIXES)


def error_response(request: HttpRequest, refusal: AppError) -> HttpResponse:
    """Return the response for an error: problem+json for programs, a page for people."""
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
        # The page shell (names, counts) can't be rendered while the database is unavailable.
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
    """Store the error's code and the names of its causes on the request, for request_log.py."""
    chain = causes(sys.exc_info()[1] or refusal)
    names = [type(error).__name__ for error in chain]
    request.problem = refusal.code  # type: ignore[attr-defined]
    request.cause = " from ".join(names)  # type: ignore[attr-defined]
    request.is_database_error = refusal.status >= 500 and any(  # type: ignore[attr-defined]
        isinstance(error, Error) for error in chain
    )


def causes(error: BaseException | None) -> list[BaseException]:
    """Return an exception followed by its causes, at most MAX_CAUSES in total."""
    chain: list[BaseException] = []
    while error is not None and error not in chain and len(chain) < MAX_CAUSES:
        chain.append(error)
        # Some errors are re-raised from themselves, with a pointer added.
        is_own = error.__cause__ is None or error.__cause__ is error
        error = error.__context__ if is_own and not _hides_context(error) else error.__cause__
    return chain


def _hides_context(error: BaseException) -> bool:
    return error.__suppress_context__ and error.__cause__ is None


def problem_json(request: HttpRequest, refusal: AppError) -> JsonResponse:
    """Return an error as problem details (RFC 9457)."""
    body: dict[str, Any] = {
        "type": TYPE_PREFIX + refusal.code,
        "title": str(TITLES.get(refusal.status, TITLES[400])),
        "status": refusal.status,
        "detail": refusal.detail,
        "instance": mask_secrets(request.path),
        "code": refusal.code,
        "request_id": getattr(request, "request_id", ""),
        "errors": [
            {"pointer": error.pointer, "code": error.code, "detail": error.detail}
            for error in refusal.errors
        ],
    }
    return JsonResponse(body, status=refusal.status, content_type="application/problem+json")


def to_app_error(error: BaseException | None) -> AppError | None:
    """Return the AppError for an exception, or None if the exception is a bug."""
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
            return TooLarge(gettext("The request body is too large. Send a smaller one."))
        case SuspiciousOperation():
            return InvalidRequest(
                gettext("This request couldn’t be read. Check it, then send it again."),
                code="bad-request",
            )
        case exceptions.APIException():
            code = CODES.get(error.status_code, "bad-request")
            return AppError(str(error.detail), code=code, status=error.status_code)
        case _:
            return None


def _unavailable_behind(error: BaseException) -> AppError | None:
    """Return the AppError for the database error that caused a SessionInterrupted, or None.

    Django raises SessionInterrupted for any database error while it saves a session, as if the
    session had been deleted.
    """
    cause = error.__context__ and error.__context__.__context__
    return app_error_from_database(cause) if is_unavailable(cause) else None


def drf_exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Handle an exception for REST framework.

    Return None to leave unexpected errors to handler500.
    """
    refusal = to_app_error(error)
    if refusal is None:
        return None
    response = error_response(context["request"]._request, refusal)
    if isinstance(error, exceptions.MethodNotAllowed):
        response["Allow"] = ", ".join(context["view"].allowed_methods)
    return response


# -- Django's error handlers, a view for allauth's rate limits, and the CSRF failure view


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(
        request,
        to_app_error(exception)
        or InvalidRequest(gettext("This request couldn’t be read. Check it, then send it again.")),
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(
        request, Forbidden(str(exception) or gettext("You don’t have permission to do this."))
    )


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(request, NotFound())


def too_many_requests(request: HttpRequest) -> HttpResponse:
    refusal = AppError(
        gettext(
            "There were too many attempts from your IP address. Wait a minute, then try again."
        ),
        code="too-many-attempts",
        status=429,
        headers={"Retry-After": "60"},
    )
    return error_response(request, refusal)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the response to an uncaught exception: 503 for a database outage, otherwise 500."""
    refusal = to_app_error(sys.exc_info()[1])
    if not isinstance(refusal, Unavailable):
        refusal = AppError(
            gettext(
                "Something went wrong on our side. If it keeps happening, report the request id."
            ),
            code="internal",
            status=500,
        )
    return error_response(request, refusal)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_response(
        request,
        Forbidden(
            gettext("This form has expired, perhaps because you signed in again. Send it again."),
            code="csrf-failed",
        ),
    )
