"""Query count and time of the most important pages, compared with plain SQL for the same rows.

    script/bench pages [--journeys 200] [--touchpoints 1000] [--repeat 5]

The baseline reads every row that a page shows (journeys, stages, steps, touchpoints and so on),
with one SELECT per table, and does nothing with them. Times are medians.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from changes.models import record_types
from changes.services import change_set
from core import fractional_index
from core.ids import uuid7
from core.tenancy import tenant_scope
from journeys.models import Lane, Stage, Step
from journeys.services import write_new_journey
from touchpoints.models import Touchpoint
from workspaces.access import system_actor
from workspaces.models import Member, User, Workspace

# Names of static files don't matter here, so none are collected.
PLAIN = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STAGES = 10
STEPS = 10  # per stage


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--journeys", type=int, default=200)
    parser.add_argument("--touchpoints", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    workspace, client = enter()
    small = [draw(workspace, f"Journey {number}", 20) for number in range(options.journeys)]
    big = draw(workspace, "The big one", options.touchpoints)
    everything = [workspace.id, *small, big]
    print("page              queries   page ms    bare SQL ms   ratio")
    for name, url, streams in (
        ("home", reverse("home", args=[workspace.slug]), everything),
        ("list", reverse("journey", args=[big]), [workspace.id, big]),
        ("map", reverse("journey_map", args=[big]), [workspace.id, big]),
        ("snapshot", reverse("api_journey_snapshot", args=[big]), [big]),
    ):
        queries = count_queries(client, url)
        page = median(options.repeat, lambda url=url: read(client, url))
        bare = median(options.repeat, lambda streams=streams: bare_sql(workspace.id, streams))
        print(f"{name:<17} {queries:7} {page:9.1f} {bare:14.1f}   {page / bare:5.1f}")


def enter() -> tuple[Workspace, Client]:
    """Return a workspace and a test client that is signed in as its admin."""
    workspace = Workspace.objects.create(name="Bench", slug=f"bench-{uuid7().hex[-12:]}")
    user = User.objects.create_user(f"{workspace.slug}@bench.test", name="Bench")
    Member.objects.create(workspace=workspace, user=user, role="admin")
    client = Client(SERVER_NAME="localhost")  # one of ALLOWED_HOSTS
    client.force_login(user)
    return workspace, client


def draw(workspace: Workspace, title: str, touchpoints: int) -> UUID:
    """Create a journey with its touchpoints spread evenly over at most a hundred steps."""
    journey_id, stages = uuid7(), min(STAGES, max(1, touchpoints // 4))
    with change_set(
        [workspace.id], action="journey.create", actor=system_actor(workspace.id)
    ) as recorder:
        write_new_journey(recorder, journey_id, title=title, status="live")
        own: dict[str, Any] = {"stream_id": journey_id}
        lane = recorder.add(Lane(**own, journey_id=journey_id, kind="customer", position="n1"))
        chapters = recorder.add_many(
            [
                Stage(**own, journey_id=journey_id, title=f"Stage {key}", position=key)
                for key in fractional_index.keys_between(stages)
            ]
        )
        steps = recorder.add_many(
            [
                Step(**own, stage=stage, title=f"Step {key}", position=key)
                for stage in chapters
                for key in fractional_index.keys_between(STEPS)
            ]
        )
        recorder.add_many(
            [
                Touchpoint(
                    **own,
                    step=steps[number % len(steps)],
                    lane=lane,
                    title=f"Touchpoint {number}",
                    emotion=number % 5 - 2,
                    position=key,
                )
                for number, key in enumerate(fractional_index.keys_between(touchpoints))
            ]
        )
    return journey_id


def read(client: Client, url: str) -> None:
    response = client.get(url)
    if response.status_code != 200:
        raise SystemExit(f"{url} answered {response.status_code}")


def count_queries(client: Client, url: str) -> int:
    read(client, url)  # once before, so that templates are loaded
    with CaptureQueriesContext(connection) as seen:
        read(client, url)
    return len(seen)


def bare_sql(workspace_id: UUID, streams: list[UUID]) -> None:
    listed = [[str(stream) for stream in streams]]
    with tenant_scope([workspace_id]), connection.cursor() as cursor:
        for model in record_types().values():
            cursor.execute(
                f"SELECT * FROM {model._meta.db_table} WHERE stream_id = ANY(%s::uuid[])", listed
            )
            cursor.fetchall()


def median(repeat: int, work: Callable[[], None]) -> float:
    took = []
    for _ in range(repeat):
        begun = time.perf_counter()
        work()
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took)


if __name__ == "__main__":
    with override_settings(STORAGES=PLAIN):
        main()
