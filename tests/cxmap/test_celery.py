"""Tasks, broker and beat during outages of PostgreSQL and Redis, and with the clock set back."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import ConnectionError as RedisConnectionError

from core.errors import Unavailable
from cxmap.celery import MAX_RETRY_SECONDS, Scheduler, app


@pytest.mark.parametrize(
    ("error", "event"),
    [
        (OperationalError("gone\nDETAIL: more"), "task_waits_for_database"),
        (Unavailable("away"), "task_waits_for_database"),
        (RedisConnectionError("gone"), "task_waits_for_redis"),
        (BrokerError("gone"), "task_waits_for_redis"),
    ],
)
def test_a_task_that_meets_no_database_or_redis_says_so_in_one_line_and_tries_again(
    error: Exception, event: str, caplog: Any
) -> None:
    outcomes = [*[error] * 8, None]  # more than Celery's default of three

    @app.task(name="tests.outage", shared=False)
    def work() -> str:
        if outcome := outcomes.pop(0):
            raise outcome
        return "done"

    try:
        assert work.apply().get() == "done"
    finally:
        del app.tasks["tests.outage"]
    lines = [record.msg for record in caplog.records if record.name == "cxmap.celery"]
    assert [(line["event"], line["attempt"]) for line in lines] == [(event, n) for n in range(1, 9)]
    assert {line["error"] for line in lines} == {str(error).splitlines()[0]}
    assert not [
        record for record in caplog.records if record.exc_info or record.levelname == "ERROR"
    ]


def test_another_error_is_not_tried_again() -> None:
    @app.task(name="tests.mistake", shared=False)
    def work() -> None:
        raise KeyError("a mistake")

    try:
        with pytest.raises(KeyError):
            work.apply(throw=True)
    finally:
        del app.tasks["tests.mistake"]


def test_the_broker_is_asked_again_soon_after_it_was_away() -> None:
    waits: list[float] = []

    def stop(error: Exception, interval: float) -> None:
        waits.append(interval)
        raise InterruptedError

    with (
        app.connection_for_read(url="redis+socket:///nowhere/redis") as broker,
        pytest.raises((InterruptedError, BrokerError)),
    ):
        broker.ensure_connection(stop)
    assert waits and max(waits) <= MAX_RETRY_SECONDS
    assert waits[0] == 1


def test_a_clock_set_back_by_an_hour_keeps_no_task_waiting(tmp_path: Path) -> None:
    sent: list[str] = []

    class Recording(Scheduler):
        def apply_entry(self, entry: Any, producer: Any = None) -> None:
            sent.append(entry.name)

    beat = Recording(app, schedule_filename=str(tmp_path / "schedule"))
    try:
        beat.tick()
        ahead = app.now() + timedelta(hours=1)
        for entry in beat.schedule.values():
            entry.last_run_at = ahead
        beat._heap = [one._replace(time=one.time + 3600) for one in beat._heap]
        every_five_seconds = app.conf.beat_schedule["sweep"]["schedule"]
        assert beat.tick() <= every_five_seconds, (
            "the next task is due as if just sent, not in an hour"
        )
        early = app.now() - timedelta(seconds=61)
        for entry in beat.schedule.values():
            entry.last_run_at = early
        beat._heap = None
        while beat.tick() == 0:
            pass
        assert {"sweep", "mail"} <= set(sent)
    finally:
        beat.close()


def test_beat_that_meets_no_redis_says_so_in_one_line(tmp_path: Path, caplog: Any) -> None:
    beat = Scheduler(app, schedule_filename=str(tmp_path / "schedule"))
    try:
        with app.connection_for_write(url="redis+socket:///nowhere/redis") as broker:
            beat.apply_entry(beat.schedule["sweep"], producer=broker.Producer(auto_declare=False))
    finally:
        beat.close()
    (line,) = [record for record in caplog.records if record.name == "cxmap.celery"]
    assert line.msg["event"] == "beat_waits_for_redis"
    assert not [
        record for record in caplog.records if record.exc_info or record.levelname == "ERROR"
    ]


def test_what_runs_often_expires_so_that_an_outage_fills_no_queue() -> None:
    for entry in app.conf.beat_schedule.values():
        if isinstance(entry["schedule"], float):
            assert entry["options"]["expires"] <= 2 * entry["schedule"]
