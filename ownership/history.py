"""Reads of the history of ownership: figures of past days, and trends.

Days are those of the workspace's time zone. A day without history has no stages. All functions count the stages
that figures count (Tenure.is_counted), and run one query each, inside tenant_scope().
"""

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet

from ownership.models import Spell, StageStanding, Tenure
from ownership.queries import Coverage
from workspaces.queries import time_zone_of

WEEK = 7


@dataclass(frozen=True)
class TrendPoint:
    """The figures at the end of a day."""

    day: date
    coverage: Coverage


def tenures_on(
    workspace_id: UUID, day: date, journeys: Collection[UUID] | None = None
) -> QuerySet[Tenure]:
    """Return the standing of each counted stage at the end of a day, of all journeys or of some."""
    rows = Tenure.objects.filter(
        Q(until=None) | Q(until__gt=day), workspace=workspace_id, since__lte=day, is_counted=True
    )
    return rows if journeys is None else rows.filter(journey_id__in=journeys)


def coverage_on(
    workspace_id: UUID, day: date, journeys: Collection[UUID] | None = None
) -> Coverage:
    """Return the number of stages in each state at the end of a day, of all journeys or of some."""
    rows = tenures_on(workspace_id, day, journeys).values_list("state")
    return Coverage(**dict(rows.annotate(Count("pk")).order_by()))


# Each tenure counts from its first day, or from the first day of the period, and no longer on the day that ends it.
# A running total of these differences reads each tenure once, however long it lasts.
TREND = """
    SELECT day, {totals} FROM (
        SELECT greatest(since, %(first)s) AS day, state, 1 AS difference FROM ({tenures}) AS begun
        UNION ALL
        SELECT until, state, -1 FROM ({tenures}) AS ended WHERE until <= %(last)s
    ) AS changed
    GROUP BY day ORDER BY day
"""
TENURES = """
    SELECT since, until, state FROM ownership_tenure
    WHERE workspace_id = %(workspace)s AND is_counted
        AND since <= %(last)s AND (until IS NULL OR until > %(first)s)
        AND (%(journeys)s::uuid[] IS NULL OR journey_id = ANY (%(journeys)s::uuid[]))
"""
TOTAL = "sum(coalesce(sum(difference) FILTER (WHERE state = '{state}'), 0)) OVER (ORDER BY day)::integer"


def trend(
    workspace_id: UUID,
    first: date,
    last: date,
    *,
    every: int = WEEK,
    journeys: Collection[UUID] | None = None,
) -> list[TrendPoint]:
    """Return the figures of every nth day of a period, which is counted back from its last day, oldest first."""
    states = StageStanding.State.values
    totals = ", ".join(TOTAL.format(state=state) for state in states)
    parameters: dict[str, Any] = {
        "workspace": workspace_id,
        "first": first,
        "last": last,
        "journeys": None if journeys is None else list(map(str, journeys)),
    }
    with connection.cursor() as cursor:
        cursor.execute(TREND.format(totals=totals, tenures=TENURES), parameters)
        changed = {
            day: Coverage(**dict(zip(states, numbers, strict=True)))
            for day, *numbers in cursor.fetchall()
        }
    changed_days = list(changed)
    days = [last - timedelta(days=n) for n in range(0, (last - first).days + 1, every)]
    points = []
    for day in reversed(days):
        place = bisect_right(changed_days, day)
        points.append(TrendPoint(day, changed[changed_days[place - 1]] if place else Coverage()))
    return points


def open_flags_on(workspace_id: UUID, day: date) -> dict[str, int]:
    """Return the number of flags that were open or acknowledged at the end of a day, by rule."""
    next_day = datetime.combine(day + timedelta(days=1), time(), tzinfo=time_zone_of(workspace_id))
    rows = Spell.objects.filter(
        Q(closed_at=None) | Q(closed_at__gte=next_day),
        workspace=workspace_id,
        opened_at__lt=next_day,
    )
    return dict(rows.values_list("rule").annotate(Count("pk")).order_by())
