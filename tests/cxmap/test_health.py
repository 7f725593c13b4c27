"""What readiness says of the workers, and what is cleaned up by night."""

from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client
from django.utils import timezone

from changes import live
from changes.tasks import sweep
from changes.tenancy import allow
from ownership import audit
from ownership.models import AuditRun
from ownership.tasks import prune_runs
from tests.world import World
from workspaces.tasks import prune_sessions


def test_readiness_says_how_long_ago_the_last_sweep_was(world: World) -> None:
    sweep()
    assert Client().get("/readyz").json()["sweep"] == "up"
    live.client().expire(live.SWEPT, live.SWEEP_KNOWN_SECONDS - 300)
    late = Client().get("/readyz")
    assert late.status_code == 200
    assert late.json()["sweep"] == "300 s ago"
    assert "sweep" in late.json()["status"]
    live.client().delete(live.SWEPT)
    assert Client().get("/readyz").json()["sweep"] == "none for an hour"


def test_old_runs_over_some_journeys_go_and_those_over_all_stay(world: World) -> None:
    old = timezone.now() - timedelta(days=audit.KEEP_SCOPED_RUNS_DAYS + 1)
    audit.run(world.acme.id)
    audit.run(world.acme.id, [world.acme.journey])
    with transaction.atomic(durable=True):
        allow([world.acme.id])
        AuditRun.objects.filter(workspace=world.acme.id).update(started_at=old)
    audit.run(world.acme.id, [world.acme.journey])
    prune_runs()
    runs = sorted(world.acme.all(AuditRun, workspace=world.acme.id), key=lambda one: one.pk)
    assert [(one.journeys is None, one.started_at == old) for one in runs] == [
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
