"""Readiness checks, and nightly cleanup."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from changes import publish
from changes.tasks import follow_all_workspaces
from core.redis_client import get_redis
from core.tenancy import set_tenant_scope
from cxmap import health
from ownership import audit
from ownership.models import AuditRun
from ownership.tasks import prune_runs
from tests.support.factories import SampleWorld
from workspaces.tasks import prune_sessions


def test_readiness_says_how_long_ago_the_last_sweep_was(world: SampleWorld) -> None:
    follow_all_workspaces()
    assert Client().get("/readyz").json()["sweep"] == "up"
    get_redis().expire(publish.SWEEP_KEY, publish.SWEEP_TTL_SECONDS - 300)
    late = Client().get("/readyz")
    assert late.status_code == 200
    assert late.json()["sweep"] == "300 s ago"
    assert "sweep" in late.json()["status"]
    get_redis().delete(publish.SWEEP_KEY)
    assert Client().get("/readyz").json()["sweep"] == "none for an hour"


def test_old_runs_over_some_journeys_go_and_those_over_all_stay(world: SampleWorld) -> None:
    old = timezone.now() - timedelta(days=audit.KEEP_SCOPED_RUNS_DAYS + 1)
    audit.run_audit(world.acme.id)
    audit.run_audit(world.acme.id, [world.acme.journey])
    with transaction.atomic(durable=True):
        set_tenant_scope([world.acme.id])
        AuditRun.objects.filter(workspace=world.acme.id).update(started_at=old)
    audit.run_audit(world.acme.id, [world.acme.journey])
    prune_runs()
    runs = sorted(world.acme.all(AuditRun, workspace=world.acme.id), key=lambda one: one.pk)
    assert [(run.journeys is None, run.started_at == old) for run in runs] == [
        (True, True),
        (False, False),
    ]


def test_expired_sessions_go_and_live_ones_stay(db: None) -> None:
    keys = []
    for seconds in (-60, 3600):
        session = SessionStore()
        session.set_expiry(timezone.now() + timedelta(seconds=seconds))
        session.create()
        keys.append(session.session_key)
    prune_sessions()
    found = Session.objects.filter(session_key__in=keys).values_list("session_key", flat=True)
    assert list(found) == keys[1:]


def test_the_state_folder_of_the_servers_is_looked_at_too(
    db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The servers keep their data elsewhere if their user can't reach the state folder."""
    elsewhere, free = tmp_path / "elsewhere", shutil.disk_usage(tmp_path)
    elsewhere.mkdir()
    settings.VAR = tmp_path
    monkeypatch.setattr(health, "data_dir_for", lambda var: elsewhere)
    full = free._replace(free=health.MIN_FREE_BYTES - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: full if path == elsewhere else free)
    assert Client().get("/readyz").json()["disk"] == "full"


def test_readiness_costs_one_look_however_often_it_is_asked(db: None) -> None:
    client = Client()
    client.get("/readyz")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/readyz").json()["database"] == "up"
    assert len(queries) <= 2
    assert health.known_migrations.cache_info().currsize == 1


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
def test_a_program_that_is_refused_is_told_so_as_json(db: None, path: str) -> None:
    refused = Client().post(path, {"body": "typed"}, headers={"Host": "a b"})
    assert (refused.status_code, refused["Content-Type"]) == (400, "application/problem+json")
