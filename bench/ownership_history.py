"""Time of reading two years of ownership history, compared with bare SQL, and of keeping it.

    script/bench ownership_history [--stages 10000] [--journeys 1000] [--days 730] [--changes 4] [--repeat 9]

History is filled in bulk: every stage changes its state `--changes` times, on days spread over the period. The
baseline of a day counts its rows by state in one hand-written GROUP BY. That of a trend counts the first and
last days of all rows by day and state, which is the least that a trend must read. Times are medians and 95th
percentiles in milliseconds, without the first read.

What an audit adds to keep the history is measured in the workspace of `script/bench audit`: first, when nothing
has changed, and for one journey.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bench import audit
from core.tenancy import set_tenant_scope, tenant_scope
from ownership import history, tenures
from workspaces.models import Workspace
from workspaces.queries import today_in

FILL = """
INSERT INTO ownership_tenure (workspace_id, journey_id, stage_id, state, director_id, claimants, is_counted,
    since, until)
SELECT %(workspace)s, md5('journey' || stage %% %(journeys)s)::uuid, md5('stage' || stage)::uuid,
    (ARRAY['owned', 'vacant', 'contested', 'orphaned', 'claimed'])[1 + (stage * 7 + n) %% 5],
    md5('person' || stage %% 500)::uuid, ARRAY[md5('person' || stage %% 500)::uuid], TRUE,
    %(today)s - first_day, lead(%(today)s - first_day) OVER (PARTITION BY stage ORDER BY first_day DESC)
FROM generate_series(1, %(stages)s) AS stage
CROSS JOIN generate_series(0, %(changes)s) AS n
CROSS JOIN LATERAL (
    SELECT %(days)s - n * (%(days)s / (%(changes)s + 1)) - stage * 31 %% (%(days)s / (%(changes)s + 1))
        AS first_day
) AS begun
"""
BARE_DAY = """
SELECT state, count(*) FROM ownership_tenure
WHERE is_counted AND since <= %s AND (until IS NULL OR until > %s) GROUP BY state
"""
BARE_TREND = """
SELECT since, state, count(*) FROM ownership_tenure WHERE is_counted GROUP BY since, state
UNION ALL
SELECT until, state, count(*) FROM ownership_tenure WHERE is_counted AND until IS NOT NULL
GROUP BY until, state
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stages", type=int, default=10_000)
    parser.add_argument("--journeys", type=int, default=1_000)
    parser.add_argument("--days", type=int, default=730)
    parser.add_argument("--changes", type=int, default=4)
    parser.add_argument("--repeat", type=int, default=9)
    options = parser.parse_args()
    workspace_id = fill(options)
    last = today_in(workspace_id)
    first, past = last - timedelta(days=options.days), last - timedelta(days=options.days // 2)
    print("                   p50 ms   p95 ms   queries   of bare SQL")
    for name, read, bare in (
        (
            "a past day",
            partial(history.coverage_on, workspace_id, past),
            partial(run, BARE_DAY, [past, past]),
        ),
        (
            "trend by week",
            partial(history.trend, workspace_id, first, last),
            partial(run, BARE_TREND, []),
        ),
        (
            "trend by day",
            partial(history.trend, workspace_id, first, last, every=1),
            partial(run, BARE_TREND, []),
        ),
    ):
        with tenant_scope([workspace_id]):
            least, _ = measure(bare, options.repeat)
            p50, p95 = measure(read, options.repeat)
            with CaptureQueriesContext(connection) as queries:
                read()
        print(f"  {name:<15} {p50:7.1f} {p95:8.1f} {len(queries):9} {p50 / least:13.2f}")
    measure_keeping(options)


def measure_keeping(options: argparse.Namespace) -> None:
    workspace_id = audit.fill(options.stages, stages=options.stages // options.journeys)
    (journey,) = audit.some_journeys(workspace_id, 1)
    first = audit.timed(lambda: keep(workspace_id))
    steady, _ = measure(lambda: keep(workspace_id), options.repeat)
    scoped, _ = measure(lambda: keep(workspace_id, [str(journey)]), options.repeat)
    print(
        f"  kept first {first * 1000:.0f} ms, steady {steady:.0f} ms, one journey {scoped:.0f} ms"
    )


def keep(workspace_id: UUID, journeys: list[str] | None = None) -> None:
    with transaction.atomic(durable=True):
        set_tenant_scope([workspace_id])
        tenures.keep(workspace_id, journeys)


def fill(options: argparse.Namespace) -> UUID:
    """Create a workspace with the history of its stages. Return its id."""
    workspace = Workspace.objects.create(name="Bench", slug="bench-history")
    with transaction.atomic(durable=True):
        set_tenant_scope([workspace.pk])
        with connection.cursor() as cursor:
            values = {"workspace": workspace.pk, "today": today_in(workspace.pk)}
            cursor.execute(FILL, vars(options) | values)
            print(f"{options.stages:,} stages, {cursor.rowcount:,} tenures in {options.days} days")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE ownership_tenure")
    return workspace.pk


def run(sql: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.fetchall()


def measure(read: Callable[[], object], repeat: int) -> tuple[float, float]:
    """Return the median and the 95th percentile of the milliseconds that a read takes."""
    read()
    times = []
    for _ in range(repeat):
        before = time.perf_counter()
        read()
        times.append((time.perf_counter() - before) * 1000)
    return statistics.median(times), statistics.quantiles(times, n=20, method="inclusive")[-1]


if __name__ == "__main__":
    main()
