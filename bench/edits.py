"""Edits per second by many writers, on one journey and on many.

    script/bench edits [--seconds 5] [--writers 8]

The baseline is hand-written SQL that does only what is unavoidable, in the same tables: in one
transaction, it locks the journey's row, updates a row and inserts two log rows. The writers are
separate processes in both cases.
"""

import argparse
import multiprocessing
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg2
from django.db import connection, connections

from changes.ops import parse_ops
from changes.services import apply_ops
from core.ids import uuid7
from journeys.services import journey_create
from workspaces.access import system_actor
from workspaces.models import Workspace

Case = tuple[UUID, UUID, UUID]  # workspace, journey, and a touchpoint of it
PEER = """
SELECT set_config('cxmap.workspaces', %(many)s, true), set_config('cxmap.change_set', 'x', true);
SELECT 1 FROM changes_stream WHERE id = %(journey)s FOR NO KEY UPDATE;
UPDATE touchpoints_touchpoint SET title = %(title)s, version = version + 1 WHERE id = %(card)s;
UPDATE changes_stream SET version = version + 1 WHERE id = %(journey)s;
INSERT INTO changes_changeset (id, workspace_id, stream_id, gesture, version, feed, action,
    actor_kind, at, undoable, types, fingerprint)
  SELECT %(set)s, %(workspace)s, %(journey)s, %(set)s, version, %(feed)s, 'peer', 'machine', now(),
    true, '{touchpoint}', '' FROM changes_stream WHERE id = %(journey)s;
INSERT INTO changes_change (workspace_id, set_id, op, record_type, record_id, before, after)
  VALUES (%(workspace)s, %(set)s, 'set', 'touchpoint', %(card)s, '{"title": "x"}', %(after)s);
"""


def prepare(count: int) -> list[Case]:
    """Create journeys in one workspace, each with a touchpoint to rename."""
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


class Peer:
    """The baseline, on a persistent connection of its own."""

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
            "feed": -(time.monotonic_ns() * 100 + number),  # no counter: below all positions in use
        }
        with self.raw, self.raw.cursor() as cursor:
            cursor.execute(PEER, values)


def write(
    case: Case, number: int, seconds: float, peer: bool, done: "multiprocessing.Queue[int]"
) -> None:
    """Run one writer: as many edits as possible in the given time."""
    connections.close_all()
    work: Callable[[Case, int, int], None] = Peer() if peer else draw
    turn, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        work(case, number, turn)
        turn += 1
    done.put(turn)


def rate(cases: list[Case], writers: int, seconds: float, peer: bool) -> float:
    done: multiprocessing.Queue[int] = multiprocessing.Queue()
    connections.close_all()
    hands = [
        multiprocessing.Process(
            target=write, args=(cases[number % len(cases)], number, seconds, peer, done)
        )
        for number in range(writers)
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    return sum(done.get() for _ in hands) / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--writers", type=int, default=8)
    options = parser.parse_args()
    print("writers  journeys   edits/s    peer/s   ratio")
    for writers, journeys in ((1, 1), (options.writers, 1), (options.writers, options.writers)):
        cases = prepare(journeys)
        ours = rate(cases, writers, options.seconds, peer=False)
        theirs = rate(cases, writers, options.seconds, peer=True)
        print(f"{writers:7} {journeys:9} {ours:9.0f} {theirs:9.0f}   {ours / theirs:5.2f}")


if __name__ == "__main__":
    main()
