"""Keyset pagination with signed cursors. `next` is an absolute URL that keeps all filters."""

from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest, QueryDict
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import FieldError, InvalidRequest
from core.integers import read_integer

MAX_PAGE_SIZE = 200
DEFAULT_PAGE_SIZE = 50
SALT = "cxmap.cursor"
PAGING = frozenset({"limit", "cursor"})


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


class KeysetPagination(BasePagination):
    """Paginate by id. For another order, override `get_key()` and `rows_after()`."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """Return the rows of the requested page. Raise InvalidRequest for a bad limit or cursor."""
        self.request = request._request
        limit = read_integer(
            self.request.GET.get("limit", str(DEFAULT_PAGE_SIZE)), "?limit", 1, MAX_PAGE_SIZE
        )
        rows = list(self.rows_after(queryset, self._read_cursor())[: limit + 1])
        page, has_more = rows[:limit], len(rows) > limit
        self.next_url = self._next_url(self.get_key(page[-1])) if has_more else None
        return page

    def get_paginated_response(self, data: Any) -> Response:
        headers = {"Link": f'<{self.next_url}>; rel="next"'} if self.next_url else {}
        body = {"next": self.next_url, "previous": None, "results": data}
        return Response(body, headers=headers)

    def get_key(self, row: Any) -> list[Any]:
        """Return the values that identify a row's position, to be stored in the cursor."""
        return [str(row.pk)]

    def rows_after(self, rows: Any, key: list[Any] | None) -> Any:
        """Return the ordered rows after the row with this key, or all rows if it is None."""
        return (rows if key is None else rows.filter(pk__gt=key[0])).order_by("pk")

    def _read_cursor(self) -> list[Any] | None:
        cursor = self.request.GET.get("cursor")
        if cursor is None:
            return None
        try:
            bound, *key = signing.loads(cursor, salt=SALT)
        except (signing.BadSignature, ValueError):
            raise _bad_cursor() from None
        if bound != _binding(self.request):
            raise _bad_cursor()
        return key

    def _next_url(self, key: list[Any]) -> str:
        query = {name: value for name, value in self.request.GET.items() if name != "cursor"}
        query["cursor"] = signing.dumps([_binding(self.request), *key], salt=SALT)
        return self.request.build_absolute_uri(f"{self.request.path}?{urlencode(query)}")


def _binding(request: HttpRequest) -> str:
    """Return a hash of the list, filters and workspaces that a cursor is valid for."""
    filters = sorted((k, v) for k, v in request.GET.items() if k not in PAGING)
    ids = sorted(map(str, request.caller.workspace_ids))  # type: ignore[attr-defined]
    return sha256(repr((request.path_info, filters, ids)).encode()).hexdigest()[:16]


def _bad_cursor() -> InvalidRequest:
    return InvalidRequest(
        "This cursor doesn’t belong to this list and these filters. Start without a cursor.",
        code="invalid-cursor",
        errors=[FieldError("?cursor", "invalid-cursor", "Start without a cursor.")],
    )
