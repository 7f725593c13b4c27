"""The nightly audit of everything; what changes by day is audited by the follower."""

from uuid import UUID

import structlog
from celery import shared_task
from kombu.exceptions import OperationalError

from ownership import audit
from workspaces.queries import all_workspace_ids

log = structlog.get_logger()


@shared_task(name="ownership.tasks.audit_all")
def audit_all() -> None:
    """Ring for each workspace, so that a large one holds no other up."""
    for workspace_id in all_workspace_ids():
        audit_workspace.delay(str(workspace_id))


@shared_task(name="ownership.tasks.audit_workspace")
def audit_workspace(workspace_id: str) -> None:
    audit.run_audit(UUID(workspace_id))


@shared_task(name="ownership.tasks.audit_absences")
def audit_absences() -> None:
    """Find in every workspace what no change set tells: a last day that is over, a login disabled,
    and an access change whose bell was lost."""
    for workspace_id in all_workspace_ids():
        audit.run_absence_audit(workspace_id)


@shared_task(name="ownership.tasks.audit_absences_in")
def audit_absences_in(workspace_id: str) -> None:
    audit.run_absence_audit(UUID(workspace_id))


def access_changed(workspace_id: UUID) -> None:
    """Ring after a change of who may enter (settings.ACCESS_CHANGED); a failure is logged only.

    A bell that is lost is made up for by audit_absences.
    """
    try:
        audit_absences_in.apply_async([str(workspace_id)], retry=False, ignore_result=True)
    except OperationalError as error:
        log.warning("access_bell_failed", workspace=str(workspace_id), error=str(error))


@shared_task(name="ownership.tasks.prune_runs")
def prune_runs() -> None:
    """Delete the runs over some journeys that are older than 30 days; each edit makes one."""
    for workspace_id in all_workspace_ids():
        audit.prune_scoped_runs(workspace_id)
