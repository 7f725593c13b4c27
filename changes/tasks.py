"""Celery tasks for followers. They take ids, call one function each and are idempotent."""

from uuid import UUID

from celery import shared_task

from changes.followers import run_followers, workspaces_behind
from changes.publish import mark_followers_started, queue_followers, record_sweep
from workspaces.queries import all_workspace_ids


@shared_task(name="changes.tasks.follow")
def follow_workspace(workspace_id: str) -> None:
    """Bring a workspace's followers up to date. If one turn isn't enough, queue the task again."""
    workspace = UUID(workspace_id)
    mark_followers_started(workspace)
    if not run_followers(workspace):
        queue_followers(workspace)


@shared_task(name="changes.tasks.sweep")
def follow_all_workspaces() -> None:
    """Queue a task for every workspace with a follower that is behind.

    Followers fall behind if their task was lost or failed.
    """
    for workspace_id in workspaces_behind(all_workspace_ids()):
        queue_followers(workspace_id, again=True)
    record_sweep()
