"""The nightly audit of everything; what changes by day is audited by the follower."""

from uuid import UUID

from celery import shared_task

from ownership import audit
from workspaces.queries import all_workspace_ids


@shared_task(name="ownership.tasks.audit_all")
def audit_all() -> None:
    """Ring for each workspace, so that a large one holds no other up."""
    for workspace_id in all_workspace_ids():
        audit_workspace.delay(str(workspace_id))


@shared_task(name="ownership.tasks.audit_workspace")
def audit_workspace(workspace_id: str) -> None:
    audit.run(UUID(workspace_id))


@shared_task(name="ownership.tasks.prune_runs")
def prune_runs() -> None:
    """Delete the runs over some journeys that are older than 30 days; each edit makes one."""
    for workspace_id in all_workspace_ids():
        audit.prune(workspace_id)
