"""A log line and metrics for each request, without secrets."""

import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Histogram

from core.log_masking import mask_secrets

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "cxmap_requests", "Requests answered", ["method", "route", "status"], registry=REGISTRY
)
SECONDS = Histogram(
    "cxmap_request_seconds", "Time until the response was ready", ["route"], registry=REGISTRY
)
DATABASE_ERRORS = Counter(
    "cxmap_database_errors", "Requests that failed with a database error", registry=REGISTRY
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
MAX_PATH_LENGTH = 200

log = structlog.get_logger("cxmap.request_log")


class RequestLogMiddleware:
    """Counts each request, and logs it if it failed or if ACCESS_LOG is 1.

    The line of a failed request includes its problem code and the exceptions that caused it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - started
        count(request, response.status_code, seconds)
        if response.status_code >= 400 or settings.ACCESS_LOG:
            write_line(request, response.status_code, seconds)
            # Django's own line has neither the request id nor the cause.
            response._has_been_logged = True  # type: ignore[attr-defined]
        return response


def count(request: HttpRequest, status: int, seconds: float) -> None:
    route = route_of(request)
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(method, route, status).inc()
    SECONDS.labels(route).observe(seconds)
    if getattr(request, "is_database_error", False):
        DATABASE_ERRORS.inc()


def write_line(request: HttpRequest, status: int, seconds: float) -> None:
    details = {
        "problem": getattr(request, "problem", ""),
        "cause": getattr(request, "cause", ""),
    }
    write = log.error if status >= 500 else log.warning if status >= 400 else log.info
    write(
        "request",
        method=request.method,
        path=mask_secrets(request.path)[:MAX_PATH_LENGTH],
        route=route_of(request),
        status=status,
        ms=round(seconds * 1000),
        **{name: value for name, value in details.items() if value},
    )


def route_of(request: HttpRequest) -> str:
    """Return the URL pattern of a request. As a metric label, it has far fewer values than the path."""
    match = request.resolver_match
    return f"/{match.route}" if match else "none"
