"""Time of a sweep over idle workspaces, and time to a flag while another workspace keeps writing.

    script/bench followers [--workspaces 1000] [--repeat 5] [--changes 20]

The baseline for the sweep is a search in plain SQL for followers that have not read the whole feed. The
baseline for the flags is the same change while nobody else writes. Two processes run the queued tasks, like
the worker of `up`.
"""

import argparse
import multiprocessing
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, connections

from changes import tasks
from changes.followers import run_followers, workspaces_behind
from changes.ops import parse_ops
from changes.services import apply_ops
from core.ids import uuid7
from core.tenancy import tenant_scope
from cxmap.celery import app
from journeys.models import Journey
from journeys.services import journey_create
from ownership.models import Flag
from workspaces.access import system_actor
from workspaces.models import Workspace
from workspaces.queries import all_workspace_ids

WORKERS = 2
BARE_SWEEP = """
SELECT feed.workspace_id FROM changes_feedcounter feed
JOIN changes_followercursor c ON c.workspace_id = feed.workspace_id
WHERE feed.position > c.position
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspaces", type=int, default=1_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--changes", type=int, default=20)
    options = parser.parse_args()
    journeys = [new_journey() for _ in range(options.workspaces)]
    for workspace_id in all_workspace_ids():
        while workspaces_behind([workspace_id]):  # a follower's own changes are read by another
            run_followers(workspace_id)
    bare = timed(sweep_bare, options.repeat)
    ours = timed(tasks.follow_all_workspaces, options.repeat)
    print(f"sweep of {options.workspaces} idle workspaces: {ours * 1e3:.1f} ms")
    print(f"  plain SQL {bare * 1e3:.1f} ms, ratio {ours / bare:.1f}")
    measure_flags(journeys[0], journeys[1], options.changes)


def new_journey() -> Journey:
    workspace = Workspace.objects.create(name="Bench", slug=f"bench-{uuid7()}")
    return journey_create(actor=system_actor(workspace.id), title="Buy", first_stage="Use")


def timed(work: Callable[[], object], repeat: int) -> float:
    """Return the median seconds of several runs."""
    seconds = []
    for _ in range(repeat):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def sweep_bare() -> None:
    with tenant_scope(all_workspace_ids()), connection.cursor() as cursor:
        cursor.execute(BARE_SWEEP)
        cursor.fetchall()


def measure_flags(quiet: Journey, busy: Journey, changes: int) -> None:
    """Print how long a flag takes after a change, alone and beside a busy workspace."""
    ended, writing = multiprocessing.Event(), multiprocessing.Event()
    connections.close_all()
    processes = [multiprocessing.Process(target=work_queue, args=[ended]) for _ in range(WORKERS)]
    processes.append(multiprocessing.Process(target=write, args=[busy, writing, ended]))
    for process in processes:
        process.start()
    alone = [seconds_until_flag(quiet) for _ in range(changes)]
    writing.set()
    beside = [seconds_until_flag(quiet) for _ in range(changes)]
    ended.set()
    for process in processes:
        process.join()
    for name, seconds in (("alone", alone), ("beside a busy workspace", beside)):
        median, longest = statistics.median(seconds), max(seconds)
        print(f"flag after a change, {name}: median {median:.2f} s, longest {longest:.2f} s")
    print(f"  ratio {statistics.median(beside) / statistics.median(alone):.1f}")


def work_queue(ended: Any) -> None:
    """Run queued tasks, as one process of a worker does."""
    with app.connection_for_read() as broker:
        channel = broker.channel()
        while not ended.is_set():
            message = channel.basic_get("bell", no_ack=True)
            if message is None:
                time.sleep(0.005)
                continue
            (workspace_id,), *_ = message.decode()
            tasks.follow_workspace(workspace_id)
    connections.close_all()


def write(journey: Journey, writing: Any, ended: Any) -> None:
    """Add and remove stages at full speed."""
    writing.wait()
    while not ended.is_set():
        toggle_stage(journey)
    connections.close_all()


def toggle_stage(journey: Journey) -> None:
    stage_id = str(uuid7())
    for op in (
        {"op": "add", "type": "stage", "id": stage_id, "fields": {"title": "New"}},
        {"op": "remove", "type": "stage", "id": stage_id},
    ):
        apply_ops(journey.pk, parse_ops([op]), actor=system_actor(journey.workspace_id))


def seconds_until_flag(journey: Journey) -> float:
    """Add a stage, and return the seconds until it is flagged as vacant."""
    stage_id = uuid7()
    op = {"op": "add", "type": "stage", "id": str(stage_id), "fields": {"title": "New"}}
    apply_ops(journey.pk, parse_ops([op]), actor=system_actor(journey.workspace_id))
    began = time.perf_counter()
    while True:
        with tenant_scope([journey.workspace_id]):
            if Flag.objects.filter(subject_id=stage_id, rule="OWN-01").exists():
                return time.perf_counter() - began
        time.sleep(0.005)


if __name__ == "__main__":
    main()
