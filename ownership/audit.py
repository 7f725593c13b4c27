"""The audit, which evaluates all rules over a workspace, or over some of its journeys, at once.

The audit is idempotent: repeated, parallel or interrupted runs end with the same flags, and record each
transition once. A run writes only what differs, in gestures of a limited number of streams, each under the locks
of its streams. The next run completes one that was interrupted.
"""

import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from changes.services import change_set
from core import clock
from core.audit_rules import Rule, audit_rules
from core.tenancy import set_tenant_scope, tenant_scope
from ownership import flag_sync, tenures
from ownership.models import AuditRun
from ownership.rules import no_advocate, orphaned
from ownership.thresholds import thresholds
from workspaces.access import system_actor
from workspaces.queries import today_in, workspace_by_id

log = structlog.get_logger()
ACTION = "audit.run"
STREAMS_PER_GESTURE = 200  # locked at a time, so that editors wait for a slice only
KEEP_SCOPED_RUNS_DAYS = 30
# What these rules read can change without a change set: logins, roles, memberships and last days.
ACCESS_RULES = (orphaned.RULE, no_advocate.RULE)


def run_audit(workspace_id: UUID, journeys: Iterable[UUID] | None = None) -> AuditRun:
    """Audit a workspace, or only the given journeys, and return the stored run.

    The run's `rules` contain for each rule the number of flags opened, kept and resolved, the
    seconds it took, and `skipped`, which is 1 if the rule failed and changed no flags. All data is
    read without locks. The streams that differ are then locked, some at a time, and each gets one
    change set by the system actor. Call this outside a transaction: a run has several, and its
    temporary tables outlive each of them.
    """
    streams = None if journeys is None else sorted(str(journey) for journey in journeys)
    started = clock.now()
    try:
        with transaction.atomic(durable=True):
            set_tenant_scope([workspace_id])
            flag_sync.create_temp_tables(streams)
            with tenures.today_is(today_in(workspace_id)):
                seconds = _run_rules(workspace_id, streams)
            done = [code for code, taken in seconds.items() if taken is not None]
            moving = flag_sync.compute_diff(streams, done)
        for start in range(0, len(moving), STREAMS_PER_GESTURE):
            locked = moving[start : start + STREAMS_PER_GESTURE]
            with change_set(
                locked, action=ACTION, actor=system_actor(workspace_id), undoable=False
            ) as recorder:
                flag_sync.apply_diff(recorder)
        return _store_run(workspace_id, streams, started, flag_sync.count_results(done), seconds)
    finally:
        flag_sync.drop_temp_tables()


def run_absence_audit(workspace_id: UUID) -> AuditRun | None:
    """Audit the streams whose flags of ACCESS_RULES are out of date.

    Returns the run, or None if no flags are out of date. Idempotent.
    """
    with tenant_scope([workspace_id]):
        streams = {stream_id for rule in ACCESS_RULES for stream_id in _outdated_streams(rule)}
    return run_audit(workspace_id, streams) if streams else None


def _outdated_streams(rule: Rule) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT coalesce(found.stream_id, flag.stream_id)"
            f" FROM ({rule.sql}) AS found (stream_id, subject_id, severity, evidence)"
            " FULL JOIN (SELECT stream_id, subject_id FROM ownership_flag"
            "  WHERE rule = %(rule)s AND state <> 'resolved') AS flag USING (subject_id)"
            " WHERE found.stream_id IS NULL OR flag.stream_id IS NULL",
            {"streams": None, "rule": rule.code},
        )
        return [stream_id for (stream_id,) in cursor.fetchall()]


def prune_scoped_runs(workspace_id: UUID) -> None:
    """Delete runs older than KEEP_SCOPED_RUNS_DAYS that covered only some journeys.

    Runs over the whole workspace are kept.
    """
    old = timezone.now() - timedelta(days=KEEP_SCOPED_RUNS_DAYS)
    with transaction.atomic(durable=True):
        set_tenant_scope([workspace_id])
        AuditRun.objects.filter(
            workspace=workspace_id, started_at__lt=old, journeys__isnull=False
        ).delete()


def _run_rules(workspace_id: UUID, streams: list[str] | None) -> dict[str, float | None]:
    """Run all rules, which fill the table `audit_want`.

    Return the seconds that each rule took, by code, or None for a rule that failed.
    """
    workspace = workspace_by_id(workspace_id)
    parameters = {
        **thresholds(workspace),
        "streams": streams,
        "now": clock.now(),
        "today": today_in(workspace_id),
        "zone": workspace.time_zone,
    }
    flag_sync.store_stage_facts(workspace_id, parameters)
    return {rule.code: _run_rule(rule, parameters) for rule in audit_rules().values()}


def _run_rule(rule: Rule, parameters: dict[str, Any]) -> float | None:
    before = time.perf_counter()
    try:
        with transaction.atomic():
            flag_sync.store_findings(rule, parameters)
    except DatabaseError as error:
        log.error("audit_rule_failed", rule=rule.code, error=str(error))
        return None
    return time.perf_counter() - before


def _store_run(
    workspace_id: UUID,
    streams: list[str] | None,
    started: Any,
    counts: dict[str, dict[str, int]],
    seconds: dict[str, float | None],
) -> AuditRun:
    no_flags = {"opened": 0, "kept": 0, "resolved": 0}
    rules = {
        code: {
            **counts.get(code, no_flags),
            "skipped": int(taken is None),
            "seconds": round(taken or 0, 4),
        }
        for code, taken in seconds.items()
    }
    with transaction.atomic(durable=True):
        set_tenant_scope([workspace_id])
        tenures.keep(workspace_id, streams)
        return AuditRun.objects.create(
            workspace_id=workspace_id,
            journeys=streams,
            started_at=started,
            finished_at=clock.now(),
            rules=rules,
        )
