"""Celery tasks for notices and e-mail."""

from celery import shared_task

from notifications.emails import send_due_emails
from notifications.services import notices_prune, sync_notices
from workspaces.queries import all_workspace_ids


@shared_task(name="notifications.tasks.sync_all")
def sync_all_notices() -> None:
    """Update the notices of every workspace.

    Covers causes that no change set records: escalations, last days that have passed, changed roles and
    accepted invitations.
    """
    for workspace_id in all_workspace_ids():
        sync_notices(workspace_id)


@shared_task(name="notifications.tasks.send_all")
def send_all_emails() -> None:
    """Send the e-mail that is due. Runs once a minute, so that the items of a minute are sent together."""
    for workspace_id in all_workspace_ids():
        send_due_emails(workspace_id)


@shared_task(name="notifications.tasks.prune")
def prune_notices() -> None:
    """Delete notices that were settled more than 90 days ago, unless their cause still exists."""
    for workspace_id in all_workspace_ids():
        notices_prune(workspace_id)
