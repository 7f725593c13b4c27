"""The Celery task that sends e-mail about comments.

It runs every minute, so comments that are made within a minute are sent together.
"""

from celery import shared_task

from comments.emails import send_due_emails
from workspaces.queries import all_workspace_ids


@shared_task(name="comments.tasks.mail_due")
def send_comment_emails() -> None:
    for workspace_id in all_workspace_ids():
        send_due_emails(workspace_id)
