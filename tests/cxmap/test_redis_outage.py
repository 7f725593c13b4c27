"""Behavior while Redis is unavailable, and with an https public address."""

import socket
import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from core.redis_client import TIMEOUT_SECONDS, Cooldown
from cxmap import cache
from cxmap.cache import FallbackRedisCache
from cxmap.celery import app, configure_worker_timeouts

AWAY = "unix:///nowhere/redis"


def test_without_redis_the_cache_serves_from_memory_and_counts_on():
    away = FallbackRedisCache(AWAY, {})
    assert away.get("attempts", []) == []
    assert away.add("lock", True)
    assert not away.add("lock", True)
    away.set("attempts", [1, 2])
    assert away.get("attempts") == [1, 2]
    away.delete("lock")
    assert away.add("lock", True)


def test_for_a_redis_that_says_nothing_a_page_waits_once(tmp_path: Path, monkeypatch: Any):
    monkeypatch.setattr(cache, "cooldown", Cooldown())
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "redis"))
        silent.listen()
        away = FallbackRedisCache(f"unix://{tmp_path}/redis", {})
        began = time.monotonic()
        for n in range(10):
            away.set("attempts", n)
            assert away.get("attempts") == n
    assert time.monotonic() - began < 2 * TIMEOUT_SECONDS


def test_a_publisher_waits_for_redis_far_shorter_than_a_worker():
    before = app.conf.broker_transport_options
    assert before["socket_timeout"] < 1
    try:
        configure_worker_timeouts(app.conf)
        assert app.conf.broker_transport_options["socket_timeout"] > 5
        assert app.conf.broker_transport_options["visibility_timeout"] == 900
    finally:
        app.conf.broker_transport_options = before


def test_no_task_may_run_as_long_as_redis_waits_before_it_gives_it_to_another():
    visible = app.conf.broker_transport_options["visibility_timeout"]
    for task in app.tasks.values():
        assert (task.time_limit or app.conf.task_time_limit) < visible


@pytest.fixture
def https(settings: Any) -> None:
    settings.IS_HTTPS, settings.PUBLIC_URL = True, "https://maps.example"


def test_over_plain_http_a_person_is_sent_to_https(https: None):
    answer = Client().get("/accounts/login/?next=/")
    assert answer.status_code == 302
    assert answer["Location"] == "https://maps.example/accounts/login/?next=/"


def test_over_plain_http_a_program_and_a_form_are_refused(https: None):
    assert Client().post("/accounts/login/").status_code == 403
    answer = Client().get("/api/v1/journeys")
    assert (answer.status_code, answer.json()["code"]) == (403, "https-required")


def test_https_and_the_load_balancer_pass(https: None, db: None):
    assert Client().get("/livez").status_code == 200
    assert Client().get("/accounts/login/", secure=True, HTTP_HOST="localhost").status_code == 200
