"""Celery tasks for drawings."""

from celery import shared_task

from storyboards.services import deleted_elements_prune
from workspaces.queries import all_workspace_ids


@shared_task(name="storyboards.tasks.prune_all")
def prune_all() -> None:
    """In all drawings, prune elements that were deleted more than a day ago."""
    for workspace_id in all_workspace_ids():
        deleted_elements_prune(workspace_id)
