"""Celery tasks for drawings."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from storyboards.retention import drawings_thin, unused_pictures_delete
from storyboards.services import deleted_elements_prune
from workspaces.queries import all_workspace_ids


@shared_task(name="storyboards.tasks.prune_all")
def prune_all() -> None:
    """Remove elements that were deleted more than a day ago from all drawings."""
    for workspace_id in all_workspace_ids():
        deleted_elements_prune(workspace_id)


@shared_task(name="storyboards.tasks.thin_all")
def thin_all() -> None:
    """Queue a task for each workspace that thins the change sets of its drawings."""
    for workspace_id in all_workspace_ids():
        thin_in.delay(str(workspace_id))


@shared_task(name="storyboards.tasks.thin_in")
def thin_in(workspace_id: str) -> None:
    """Thin a slice of the workspace's drawings, then queue the next slice, if there is one."""
    if drawings_thin(UUID(workspace_id), timezone.now()):
        thin_in.delay(workspace_id)


@shared_task(name="storyboards.tasks.delete_unused_pictures")
def delete_unused_pictures() -> None:
    """Queue a task for each workspace that deletes pictures that no version shows."""
    for workspace_id in all_workspace_ids():
        delete_unused_pictures_in.delay(str(workspace_id))


@shared_task(name="storyboards.tasks.delete_unused_pictures_in")
def delete_unused_pictures_in(workspace_id: str) -> None:
    """Delete a slice of the workspace's unused pictures, then queue the next slice, if there is one."""
    if unused_pictures_delete(UUID(workspace_id), timezone.now()):
        delete_unused_pictures_in.delay(workspace_id)
