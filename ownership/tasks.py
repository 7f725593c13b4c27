"""Celery tasks that start planned hand-overs, record overdue cases, run periodic audits, and delete old runs.

The follower runs all other audits (ownership/followers.py).
"""

from uuid import UUID

import structlog
from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from ownership import audit, overdue_cases
from ownership.handovers import handovers_start
from workspaces.queries import all_workspace_ids

log = structlog.get_logger()


@shared_task(name="ownership.tasks.audit_all")
def audit_all() -> None:
    """Queue an audit of each workspace, so that a large workspace doesn't delay the others."""
    for workspace_id in all_workspace_ids():
        audit_workspace.delay(str(workspace_id))


@shared_task(name="ownership.tasks.audit_workspace")
def audit_workspace(workspace_id: str) -> None:
    audit.run_audit(UUID(workspace_id))


@shared_task(name="ownership.tasks.audit_absences")
def audit_absences() -> None:
    """Audit absences in every workspace.

    Finds absences that no change set records: last days that have passed, disabled logins, and access changes
    whose task was lost.
    """
    for workspace_id in all_workspace_ids():
        audit.run_absence_audit(workspace_id)


@shared_task(name="ownership.tasks.start_handovers")
def start_handovers() -> None:
    """Start the planned hand-overs whose day has begun, in every workspace."""
    for workspace_id in all_workspace_ids():
        handovers_start(workspace_id, timezone.now())


@shared_task(name="ownership.tasks.audit_absences_in")
def audit_absences_in(workspace_id: str) -> None:
    audit.run_absence_audit(UUID(workspace_id))


def access_changed(workspace_id: UUID) -> None:
    """Queue an audit of absences after an access change (settings.ACCESS_CHANGED).

    Best effort: failures are only logged, because audit_absences() finds the change later.
    """
    try:
        audit_absences_in.apply_async([str(workspace_id)], retry=False, ignore_result=True)
    except OperationalError as error:
        log.warning("absence_audit_not_enqueued", workspace=str(workspace_id), error=str(error))


@shared_task(name="ownership.tasks.record_overdue_cases")
def record_overdue_cases() -> None:
    """Record the cases that have become overdue, in every workspace."""
    for workspace_id in all_workspace_ids():
        overdue_cases.cases_record_overdue(workspace_id)


@shared_task(name="ownership.tasks.prune_runs")
def prune_runs() -> None:
    """Delete runs older than 30 days that audited only some journeys. Each edit creates such a run."""
    for workspace_id in all_workspace_ids():
        audit.prune_scoped_runs(workspace_id)
