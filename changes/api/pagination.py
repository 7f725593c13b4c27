"""Pagination of records by id or, for clients that poll, by their latest change."""

import re
from datetime import datetime
from typing import Any

from django.db import models
from rest_framework.request import Request

from core.api.pagination import KeysetPagination
from core.errors import InvalidRequest
from core.instants import format_instant, parse_instant
from core.integers import read_integer


class RecordPagination(KeysetPagination):
    """Paginate by id or, with `updated_after` or `feed_after`, by the latest change."""

    def paginate_queryset(
        self, queryset: models.QuerySet[Any], request: Request, view: Any = None
    ) -> list[Any]:
        self.query = request._request.GET
        if "updated_after" in self.query and "feed_after" in self.query:
            raise InvalidRequest.at(
                "?feed_after", "either-or", "Send either updated_after or feed_after, not both."
            )
        if "updated_after" in self.query or "feed_after" in self.query:
            # Each workspace has its own feed and its own order of times.
            view.requested_workspace_id(self.query.get("workspace"), "?workspace")
        return super().paginate_queryset(queryset, request, view)

    def get_key(self, row: Any) -> list[Any]:
        if "updated_after" in self.query:
            return [format_instant(row.updated_at), str(row.pk)]
        return [row.feed, str(row.pk)] if "feed_after" in self.query else [str(row.pk)]

    def rows_after(self, rows: models.QuerySet[Any], key: list[Any] | None) -> models.QuerySet[Any]:
        rows = with_feed(rows)
        if "updated_after" in self.query:
            return self._by_time(rows, key)
        if "feed_after" in self.query:
            return self._by_feed(rows, key)
        return super().rows_after(rows, key)

    def _by_time(self, rows: models.QuerySet[Any], key: list[Any] | None) -> models.QuerySet[Any]:
        """Return the rows that changed at or after a time, the earliest change first."""
        after = self._updated_after()
        if key is not None:
            last, record_id = key
            after = parse_instant(last)
            rows = rows.filter(models.Q(updated_at__gt=after) | models.Q(pk__gt=record_id))
        return rows.filter(updated_at__gte=after).order_by("updated_at", "pk")

    def _updated_after(self) -> datetime:
        # Accept common variants: Python writes a space instead of the T, another space is an
        # unescaped +, and typical Singer taps send UTC without the Z.
        value = self.query["updated_after"]
        value = re.sub(r"^(.{10}) ", r"\1T", value).replace(" ", "+")
        after = parse_instant(value) or parse_instant(f"{value}Z")
        if after is None:
            raise InvalidRequest.at(
                "?updated_after",
                "type",
                "Send a time, e.g. 2026-11-24T09:00:00Z. To send a feed position, use feed_after.",
            )
        return after

    def _by_feed(self, rows: models.QuerySet[Any], key: list[Any] | None) -> models.QuerySet[Any]:
        """Return the rows that changed at or after a feed position, the earliest change first."""
        position = read_integer(self.query["feed_after"], "?feed_after")
        feed, record_id = key or (position, None)
        if record_id is not None:
            rows = rows.filter(models.Q(feed__gt=feed) | models.Q(pk__gt=record_id))
        return rows.filter(feed__gte=feed).order_by("feed", "pk")


def with_feed(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Annotate the rows with the feed position of their latest change, as `feed`."""
    latest_set = models.FilteredRelation(
        "stream__change_sets",
        condition=models.Q(
            stream__change_sets__workspace=models.F("workspace"),
            stream__change_sets__version=models.F("version"),
        ),
    )
    return rows.annotate(latest_set=latest_set, feed=models.F("latest_set__feed"))
