"""Celery tasks for webhooks."""

from celery import shared_task

from webhooks.deliveries import deliveries_prune, mark_sender_started, send_due_deliveries
from workspaces.queries import all_workspace_ids


@shared_task(name="webhooks.tasks.send_due")
def send_due() -> None:
    """Send the deliveries that are due. Several of these tasks can run at once, and share the work."""
    mark_sender_started()
    send_due_deliveries()


@shared_task(name="webhooks.tasks.prune")
def prune_deliveries() -> None:
    """Delete deliveries that are older than 30 days."""
    for workspace_id in all_workspace_ids():
        deliveries_prune(workspace_id)
