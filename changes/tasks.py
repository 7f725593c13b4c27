"""Celery is the doorbell: ids in, one call; safe any number of times."""

from uuid import UUID

from celery import shared_task

from changes.followers import catch_up
from workspaces.queries import all_workspace_ids


@shared_task(name="changes.tasks.follow")
def follow(workspace_id: str) -> None:
    catch_up(UUID(workspace_id))


@shared_task(name="changes.tasks.sweep")
def sweep() -> None:
    """Find what a lost bell missed, in every workspace."""
    for workspace_id in all_workspace_ids():
        catch_up(workspace_id)
