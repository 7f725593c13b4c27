"""Celery is the doorbell: ids in, one call; safe any number of times."""

from uuid import UUID

from celery import shared_task

from changes.followers import catch_up, find_behind
from changes.live import answer_bell, note_sweep, ring
from workspaces.queries import all_workspace_ids


@shared_task(name="changes.tasks.follow")
def follow(workspace_id: str) -> None:
    """Bring a workspace's followers up to date; after a turn, queue behind those who wait."""
    workspace = UUID(workspace_id)
    answer_bell(workspace)
    if not catch_up(workspace):
        ring(workspace)


@shared_task(name="changes.tasks.sweep")
def sweep() -> None:
    """Ring for every workspace with a follower behind: its bell was lost, or failed."""
    for workspace_id in find_behind(all_workspace_ids()):
        ring(workspace_id, again=True)
    note_sweep()
