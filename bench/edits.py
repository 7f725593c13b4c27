"""Edits per second by many writers, on one journey and on many, and response times of one editor.

    script/bench edits [--seconds 5] [--writers 8] [--requests 400]

The baseline is hand-written SQL that does only what is unavoidable, in the same tables: in one
transaction, it locks the journey's row and the feed counter, updates a row and inserts two log
rows. The writers are separate processes in both cases.

Then one editor sends edits over HTTP to a web process, each after the response to the last one.
These requests take turns with the same edit through the service, with the baseline, and with a
request that reads nothing, so that all four are measured under the same load.
"""

import argparse
import http.client
import json
import multiprocessing
import os
import subprocess
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg2
from django.conf import settings
from django.db import connection, connections

from bench.live import CSRF, Journey, await_port, free_port, parts
from bench.live import prepare as prepare_editors
from changes.ops import parse_ops
from changes.services import apply_ops
from core.ids import uuid7
from cxmap.management.commands.up import _commands
from journeys.services import journey_create
from workspaces.access import system_actor
from workspaces.models import Workspace

WARM_UP = 20  # requests of each kind that aren't counted
Case = tuple[UUID, UUID, UUID]  # workspace, journey, and a touchpoint of it
BASELINE_SQL = """
SELECT set_config('cxmap.workspaces', %(many)s, true), set_config('cxmap.change_set', 'x', true);
SELECT 1 FROM changes_stream WHERE id = %(journey)s FOR NO KEY UPDATE;
UPDATE touchpoints_touchpoint SET title = %(title)s, version = version + 1 WHERE id = %(card)s;
UPDATE changes_stream SET version = version + 1 WHERE id = %(journey)s;
INSERT INTO changes_change (workspace_id, set_id, op, record_type, record_id, before, after)
  VALUES (%(workspace)s, %(set)s, 'set', 'touchpoint', %(card)s, '{"title": "x"}', %(after)s);
UPDATE changes_feedcounter SET position = position + 1 WHERE workspace_id = %(workspace)s;
INSERT INTO changes_changeset (id, workspace_id, stream_id, gesture, version, feed, action,
    actor_kind, at, undoable, types, fingerprint)
  SELECT %(set)s, s.workspace_id, s.id, %(set)s, s.version, f.position, 'baseline', 'machine', now(),
    true, '{touchpoint}', '' FROM changes_stream s JOIN changes_feedcounter f USING (workspace_id)
  WHERE s.id = %(journey)s;
"""


def prepare(count: int) -> list[Case]:
    """Create journeys in one workspace, each with a touchpoint to rename. Return a case for each."""
    workspace = Workspace.objects.create(name="Bench", slug=f"bench-{uuid7()}")
    actor, cases = system_actor(workspace.id), []
    for number in range(count):
        journey = journey_create(actor=actor, title=f"Journey {number}", first_stage="Begin")
        lane, stage, step, card = (str(uuid7()) for _ in range(4))
        ops: list[dict[str, Any]] = [
            {"op": "add", "type": "lane", "id": lane, "fields": {"kind": "customer"}},
            {"op": "add", "type": "stage", "id": stage, "fields": {"title": "Use"}},
            {"op": "add", "type": "step", "id": step, "fields": {"title": "Use"}},
            {"op": "add", "type": "touchpoint", "id": card, "fields": {"title": "Card"}},
        ]
        ops[2]["place"] = {"stage": stage}
        ops[3]["place"] = {"step": step, "lane": lane}
        apply_ops(journey.id, parse_ops(ops), actor=actor)
        cases.append((workspace.id, journey.id, UUID(card)))
    return cases


def draw(case: Case, number: int, turn: int) -> None:
    workspace, journey, card = case
    op = {"op": "set", "type": "touchpoint", "id": str(card)}
    op["fields"] = {"title": f"{number} {turn}"}  # type: ignore[assignment]
    apply_ops(journey, parse_ops([op]), actor=system_actor(workspace))


class SqlBaseline:
    """The baseline: hand-written SQL for the same edit, on its own persistent connection."""

    def __init__(self) -> None:
        keep = {"dbname", "user", "password", "host", "port", "options"}
        known = connection.get_connection_params()
        self.raw = psycopg2.connect(**{k: v for k, v in known.items() if k in keep})

    def __call__(self, case: Case, number: int, turn: int) -> None:
        workspace, journey, card = map(str, case)
        values = {
            "many": f"{{{workspace}}}",
            "workspace": workspace,
            "journey": journey,
            "card": card,
            "set": str(uuid7()),
            "title": f"{number} {turn}",
            "after": f'{{"title": "{number} {turn}"}}',
        }
        with self.raw, self.raw.cursor() as cursor:
            cursor.execute(BASELINE_SQL, values)


def write(
    case: Case, number: int, seconds: float, baseline: bool, done: "multiprocessing.Queue[int]"
) -> None:
    """Run one writer: as many edits as possible in the given time."""
    connections.close_all()
    work: Callable[[Case, int, int], None] = SqlBaseline() if baseline else draw
    turn, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        work(case, number, turn)
        turn += 1
    done.put(turn)


def rate(cases: list[Case], writers: int, seconds: float, baseline: bool) -> float:
    done: multiprocessing.Queue[int] = multiprocessing.Queue()
    connections.close_all()
    hands = [
        multiprocessing.Process(
            target=write, args=(cases[number % len(cases)], number, seconds, baseline, done)
        )
        for number in range(writers)
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    return sum(done.get() for _ in hands) / seconds


class Editor:
    """An editor with one connection to a web process."""

    def __init__(self, port: int, journey: Journey) -> None:
        self.link = http.client.HTTPConnection("127.0.0.1", port)
        self.journey = journey
        self.headers = {
            "Cookie": journey.cookies[0],
            "X-CSRFToken": CSRF,
            "Content-Type": "application/json",
        }

    def ask(self, method: str, path: str, body: str | None = None) -> None:
        self.link.request(method, path, body, self.headers)
        answer = self.link.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise RuntimeError(content.decode())

    def edit(self, turn: int) -> None:
        op = {"op": "set", "type": "stage", "id": self.journey.stage}
        body = {"id": str(uuid7()), "ops": [op | {"fields": {"title": f"Turn {turn}"}}]}
        self.ask("POST", f"/api/v1/journeys/{self.journey.id}/edits", json.dumps(body))


def response_times(requests: int) -> dict[str, list[float]]:
    """Time the kinds of work in turn. Return the seconds of each run, by kind."""
    (case,), baseline, journey = prepare(1), SqlBaseline(), prepare_editors(1)
    settings.PORT = port = free_port()
    server = subprocess.Popen(_commands()["web"], env=os.environ | {"PORT": str(port)})
    try:
        await_port(port)
        editor = Editor(port, journey)
        kinds: dict[str, Callable[[int], None]] = {
            "edit over HTTP": editor.edit,
            "edit by the service": lambda turn: draw(case, 0, turn),
            "hand-written SQL": lambda turn: baseline(case, 0, turn),
            "GET /livez": lambda turn: editor.ask("GET", "/livez"),
        }
        times: dict[str, list[float]] = {kind: [] for kind in kinds}
        for turn in range(requests + WARM_UP):
            for kind, work in kinds.items():
                began = time.perf_counter()
                work(turn)
                times[kind].append(time.perf_counter() - began)
    finally:
        server.terminate()
        server.wait()
    return {kind: found[WARM_UP:] for kind, found in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--requests", type=int, default=400)
    options = parser.parse_args()
    print("writers  journeys   edits/sbaseline/s  ratio")
    for writers, journeys in ((1, 1), (options.writers, 1), (options.writers, options.writers)):
        cases = prepare(journeys)
        ours = rate(cases, writers, options.seconds, baseline=False)
        theirs = rate(cases, writers, options.seconds, baseline=True)
        print(f"{writers:7} {journeys:9} {ours:9.0f} {theirs:9.0f}   {ours / theirs:5.2f}")
    print("one editor, ms          p50    p95    p99  p95/p50")
    for kind, times in response_times(options.requests).items():
        p50, p95, p99 = parts(times)
        print(f"{kind:20} {p50:6.1f} {p95:6.1f} {p99:6.1f}   {p95 / p50:6.2f}")


if __name__ == "__main__":
    main()
