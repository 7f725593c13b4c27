"""The doorbell of the mail; once a minute, so that what is said in one goes out in one."""

from celery import shared_task

from comments.mail import send_due
from workspaces.queries import all_workspace_ids


@shared_task(name="comments.tasks.mail_due")
def mail_due() -> None:
    for workspace_id in all_workspace_ids():
        send_due(workspace_id)
