"""Time of the inbox, the badge and the update of all notices, compared with bare SQL.

    script/bench notices [--scale 1.0] [--repeat 100] [--runs 5]

The workspace is the one of `script/bench pages`: 10,000 members and 40,000 open flags (times `--scale`). The reader
directs 100 stages and is the producer of 50 journeys. The badge is the number of open notices that each page
shows. Each read of the page or the badge is followed by its baseline, the SQL that an expert would write for it.

The first update stores a notice for every flag that somebody can act on, the steady updates find nothing new. Their
baseline is one SELECT of all open flags with the directors of their stages and the offices of their journeys.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection
from django.test.utils import override_settings

from bench.pages import (
    PLAIN,
    WAITING,
    StatementTimer,
    fill,
    list_pages,
    read,
    run_bare,
)
from core.actors import Actor
from core.tenancy import tenant_scope
from notifications.models import Notice
from notifications.queries import open_notice_count
from notifications.services import notice_transaction, sync_notices
from workspaces.access import member_actor
from workspaces.models import Member, Workspace

ROUTES = """
SELECT f.id, d.person_id, a.person_id, f.severity, f.opened_at FROM ownership_flag f
LEFT JOIN touchpoints_touchpoint t ON t.id = f.subject_id
LEFT JOIN journeys_step s ON s.id = t.step_id
LEFT JOIN ownership_directorship d ON d.stage_id = coalesce(s.stage_id, f.subject_id)
  AND d.accepted_at IS NOT NULL AND d.ended_at IS NULL
LEFT JOIN ownership_appointment a ON a.journey_id = f.stream_id AND a.ended_at IS NULL
  AND a.office = 'producer'
WHERE f.workspace_id = %(workspace)s AND f.state = 'open'
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--repeat", type=int, default=100)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    workspace, client, journeys = fill(options.scale)
    actor = reader(workspace)
    url, statements, _ = list_pages(workspace, journeys)["inbox"]
    known = statements[0][1]
    read(client, url)  # once before, so that templates are loaded
    print("              queries   p50 ms   p95 ms     SQL p50      p95    bare p50      p95")
    measure(
        "inbox",
        lambda: read(client, url),
        lambda: run_bare(workspace.id, statements),
        options.repeat,
    )
    measure(
        "badge",
        lambda: badge(actor),
        lambda: run_bare(workspace.id, [(WAITING, known)]),
        options.repeat,
    )
    measure_updates(workspace.id, options.runs)


def reader(workspace: Workspace) -> Actor:
    with tenant_scope([workspace.id]):
        member = Member.objects.select_related("user", "workspace").get(
            workspace=workspace, role="admin"
        )
    return member_actor(member)


def badge(actor: Actor) -> None:
    with tenant_scope([actor.workspace_id]):
        open_notice_count(actor)


def measure(name: str, work: Callable[[], Any], baseline: Callable[[], None], repeat: int) -> None:
    """Print the number of queries and the time of some work, each time followed by its baseline."""
    counter = StatementTimer()
    with connection.execute_wrapper(counter):
        work()
    timer = StatementTimer()
    ours, sql, bare = [], [], []
    for _ in range(repeat):
        before = timer.seconds
        with connection.execute_wrapper(timer):
            ours.append(timed(work))
        sql.append(timer.seconds - before)
        bare.append(timed(baseline))
    print(
        f"{name:<12} {counter.count:8} {percentiles(ours)} {percentiles(sql)} {percentiles(bare)}"
    )


def percentiles(seconds: list[float]) -> str:
    cuts = statistics.quantiles(seconds, n=20)
    return f"{cuts[9] * 1e3:8.1f} {cuts[18] * 1e3:8.1f}  "


def measure_updates(workspace_id: UUID, runs: int) -> None:
    """Print the time of updates of all notices of the workspace."""
    with notice_transaction(workspace_id):
        Notice.objects.filter(workspace=workspace_id).delete()
    first = timed(lambda: sync_notices(workspace_id))
    steady, bare = [], []
    for _ in range(runs):
        steady.append(timed(lambda: sync_notices(workspace_id)))
        bare.append(timed(lambda: run_bare(workspace_id, [(ROUTES, {"workspace": workspace_id})])))
    with tenant_scope([workspace_id]):
        stored = Notice.objects.filter(settled_at=None).count()
    print(
        f"update of {stored:,} notices: first {first:.2f} s, steady {statistics.median(steady):.2f} s,"
        f" bare {statistics.median(bare):.2f} s"
    )


def timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    with override_settings(STORAGES=PLAIN):
        main()
