"""Keyset pagination with signed cursors. `next` is an absolute URL that keeps all filters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest, QueryDict
from rest_framework.response import Response

from core.errors import FieldError, InvalidRequest
from core.integers import read_integer

MAX_PAGE_SIZE = 200
DEFAULT_PAGE_SIZE = 50
SALT = "cxmap.cursor"
PAGING = frozenset({"limit", "cursor"})


@dataclass(frozen=True)
class PageRequest:
    """The requested page: how many rows, and after which key (None: from the start)."""

    limit: int
    after: list[Any] | None


def check_params(query: QueryDict, known: frozenset[str]) -> None:
    """Raise InvalidRequest for query parameters that are unknown or sent more than once."""
    supported = ", ".join(sorted(known)) or "none"
    errors = [
        FieldError(f"?{name}", "unknown-field", f"Remove it. Supported here: {supported}.")
        for name in query
        if name not in known
    ]
    if errors:
        raise InvalidRequest(
            f"Unknown query parameter {errors[0].pointer[:60]}. {errors[0].detail}",
            code="unknown-field",
            errors=errors,
        )
    repeated = [name for name in query if len(query.getlist(name)) > 1]
    if repeated:
        raise InvalidRequest(
            f"The query parameter ?{repeated[0]} appears more than once. Send it once.",
            code="unknown-field",
            errors=[FieldError(f"?{name}", "twice", "Send this once.") for name in repeated],
        )


def read_page(request: HttpRequest) -> PageRequest:
    """Return the requested page. Raise InvalidRequest for a bad limit or cursor."""
    limit = read_integer(
        request.GET.get("limit", str(DEFAULT_PAGE_SIZE)), "?limit", 1, MAX_PAGE_SIZE
    )
    cursor = request.GET.get("cursor")
    if cursor is None:
        return PageRequest(limit, None)
    try:
        bound, *key = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError):
        raise _bad_cursor() from None
    if bound != _binding(request):
        raise _bad_cursor()
    return PageRequest(limit, key)


def page_response(
    request: HttpRequest,
    rows: Sequence[Any],
    page: PageRequest,
    key: Callable[[Any], list[Any]],
    render: Callable[[Sequence[Any]], Any],
) -> Response:
    """Return the response for a page of `rows`, of which the caller read up to `limit + 1`.

    `key` returns the values in a row's cursor.
    """
    shown, more = rows[: page.limit], len(rows) > page.limit
    next_url = _next_url(request, key(shown[-1])) if more else None
    headers = {"Link": f'<{next_url}>; rel="next"'} if next_url else {}
    body = {"next": next_url, "previous": None, "results": render(shown)}
    return Response(body, headers=headers)


def _next_url(request: HttpRequest, key: list[Any]) -> str:
    query = {name: value for name, value in request.GET.items() if name != "cursor"}
    query["cursor"] = signing.dumps([_binding(request), *key], salt=SALT)
    return request.build_absolute_uri(f"{request.path}?{urlencode(query)}")


def _binding(request: HttpRequest) -> str:
    """Return a hash of what a cursor is valid for: this list, these filters, these workspaces."""
    filters = sorted((k, v) for k, v in request.GET.items() if k not in PAGING)
    ids = sorted(map(str, request.caller.workspace_ids))  # type: ignore[attr-defined]
    return sha256(repr((request.path_info, filters, ids)).encode()).hexdigest()[:16]


def _bad_cursor() -> InvalidRequest:
    return InvalidRequest(
        "This cursor doesn’t belong to this list and these filters. Start without a cursor.",
        code="invalid-cursor",
        errors=[FieldError("?cursor", "invalid-cursor", "Start without a cursor.")],
    )
