"""Large gestures: how long others wait for one, and how long it takes to undo one.

    script/bench large [--cards 5000] [--seconds 10] [--additions 1200]

The first part times the edits of one writer: alone, and while another process duplicates a large
journey of the same workspace over and over. They share no stream, so the writer only waits for the
workspace's feed counter, the processor and the disk. The second part times undo and redo of a
gesture that added stages, steps and touchpoints, compared with the gesture itself.
"""

import argparse
import multiprocessing
import statistics
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connections

from bench.edits import Case, draw, prepare
from changes.services import change_set, undo
from core import fractional_index
from core.ids import uuid7
from core.tenancy import tenant_scope
from journeys.duplication import journey_duplicate
from journeys.models import Journey, Lane, Stage, Step
from touchpoints.models import Touchpoint
from workspaces.access import system_actor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--additions", type=int, default=1_200)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    measure_waiting(options.cards, options.seconds)
    measure_undo(options.additions, options.repeat)


def measure_waiting(cards: int, seconds: float) -> None:
    source, edited = prepare(2)
    add_records(source, cards)
    print(f"edits of one writer, in ms         p50      p95      max   (of {cards} cards)")
    show_waiting("alone", edited, seconds)
    connections.close_all()
    stop = multiprocessing.Event()
    copying = multiprocessing.Process(target=duplicate_until, args=(source, stop))
    copying.start()
    show_waiting("beside duplicates", edited, seconds)
    stop.set()
    copying.join()


def show_waiting(name: str, case: Case, seconds: float) -> None:
    took, turn, until = [], 0, time.monotonic() + seconds
    while time.monotonic() < until:
        took.append(timed(lambda turn=turn: draw(case, 0, turn)) * 1000)
        turn += 1
    p50, p95 = statistics.median(took), statistics.quantiles(took, n=20)[-1]
    print(f"  {name:<26} {p50:9.1f} {p95:8.1f} {max(took):8.1f}   {len(took)} edits")


def duplicate_until(case: Case, stop: Any) -> None:
    """Duplicate a journey until `stop` is set, and print the number of copies."""
    connections.close_all()
    workspace, journey_id, _ = case
    with tenant_scope([workspace]):
        journey = Journey.objects.get(pk=journey_id)
    took = []
    while not stop.is_set():
        took.append(timed(lambda: duplicate_journey(journey, workspace)))
    print(f"  {len(took)} duplicates, median {statistics.median(took):.2f} s")


def duplicate_journey(journey: Journey, workspace: UUID) -> None:
    journey_duplicate(journey=journey, title="Copy", kind="copy", actor=system_actor(workspace))


def measure_undo(additions: int, repeat: int) -> None:
    runs = [undo_once(additions) for _ in range(repeat)]
    print(f"{additions} additions in one gesture, median of {repeat}")
    for name in runs[0]:
        print(f"  {name:<6} {statistics.median(run[name] for run in runs):8.3f} s")


def undo_once(additions: int) -> dict[str, float]:
    """Time adding records to a new journey in one gesture, then undoing and redoing it."""
    (case,) = prepare(1)
    actor = system_actor(case[0])
    adding, undoing = uuid7(), uuid7()
    return {
        "add": timed(lambda: add_records(case, additions, adding)),
        "undo": timed(lambda: undo(adding, actor=actor.with_idempotency(undoing))),
        "redo": timed(lambda: undo(undoing, actor=actor)),
    }


def add_records(case: Case, count: int, gesture: UUID | None = None) -> None:
    """Add stages, steps and touchpoints to a journey, `count` in all, in one gesture."""
    workspace, journey, _ = case
    own: dict[str, Any] = {"stream_id": journey}
    actor = system_actor(workspace).with_idempotency(gesture or uuid7())
    stage_count, step_count = max(1, count // 60), count // 6
    with change_set([journey], action="bench.add", actor=actor) as recorder:
        lane = Lane.objects.filter(stream=journey).first()
        stages = recorder.add_many(
            [
                Stage(**own, journey_id=journey, title="Stage", position=key)
                for key in fractional_index.keys_between(stage_count)
            ]
        )
        steps = recorder.add_many(
            [
                Step(**own, stage=stages[n % stage_count], title="Step", position=key)
                for n, key in enumerate(fractional_index.keys_between(step_count))
            ]
        )
        recorder.add_many(
            [
                Touchpoint(**own, step=steps[n % step_count], lane=lane, title="Card", position=key)
                for n, key in enumerate(
                    fractional_index.keys_between(count - stage_count - step_count)
                )
            ]
        )


def timed(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
