"""Size, time and memory of change-feed pages after a bulk load. There is no baseline.

    script/bench feed [--items 100000] [--batch 500] [--limit 500]

It loads touchpoints in batches, then reads the whole feed through the API in a separate process.
"""

import argparse
import multiprocessing
import resource
import statistics
import time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections
from django.test import Client

from bench.upsert import fresh, payload
from core.scopes import token_scopes
from touchpoints.services import touchpoints_sync
from workspaces.access import system_actor
from workspaces.models import Token
from workspaces.services import token_create

Page = tuple[int, int, int, float]  # sets, changes, bytes, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--limit", type=int, default=500)
    options = parser.parse_args()
    workspace, stages = fresh()
    began = time.perf_counter()
    for start in range(0, options.items, options.batch):
        one_stage = [stages[start // options.batch % len(stages)]]  # one change set a batch
        items = [payload(one_stage, n, 1) for n in range(start, start + options.batch)]
        touchpoints_sync(items=items, actor=system_actor(workspace.id))
    print(f"loaded {options.items} in {time.perf_counter() - began:.1f} s")
    _, secret = token_create(
        actor=system_actor(workspace.id),
        kind=Token.Kind.SERVICE,
        name="b",
        scopes=list(token_scopes()),
    )
    connections.close_all()
    answers: multiprocessing.Queue[Any] = multiprocessing.Queue()
    reader = multiprocessing.Process(
        target=read, args=(workspace.id, secret, options.limit, answers)
    )
    reader.start()
    pages, growth = answers.get()
    reader.join()
    report(pages, growth)


def read(workspace_id: UUID, secret: str, limit: int, answers: Any) -> None:
    """Read all pages of the feed. Put their figures and the growth of peak memory into `answers`."""
    settings.ALLOWED_HOSTS.append("testserver")
    client, pages = Client(), list[Page]()
    headers = {"Authorization": f"Bearer {secret}"}
    client.get("/livez")
    before = peak()
    url = f"/api/v1/workspaces/{workspace_id}/changes?limit={limit}"
    while url:
        began = time.perf_counter()
        answer = client.get(url, headers=headers)
        seconds = time.perf_counter() - began
        if answer.status_code != 200:
            print(f"  {answer.status_code} after {seconds:.1f} s: {answer.content[:200]!r}")
            break
        body = answer.json()
        size = len(answer.content)
        changes = sum(len(one["changes"]) for one in body["results"])
        pages.append((len(body["results"]), changes, size, seconds))
        url = body["next"]
        del body, answer
    answers.put((pages, peak() - before))


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def report(pages: list[Page], growth: int) -> None:
    if pages:
        sets, changes, sizes, seconds = zip(*pages, strict=True)
        print(f"{len(pages)} pages, {sum(sets)} sets, {sum(changes)} changes")
        print(f"  largest page  {max(changes)} changes, {max(sizes) / 1e6:.1f} MB")
        median = statistics.median(seconds)
        print(
            f"  seconds       {sum(seconds):.1f}; median {median:.2f}, longest {max(seconds):.2f}"
        )
    print(f"  memory        {growth} MB more at its peak")


if __name__ == "__main__":
    main()
