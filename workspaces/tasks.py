"""Celery tasks for workspaces."""

from importlib import import_module
from uuid import UUID

from celery import shared_task
from django.conf import settings

from workspaces.files import orphans_delete
from workspaces.jobs import jobs_prune, queue_job, queue_lost_jobs, run_next_slice
from workspaces.queries import all_workspace_ids


@shared_task(name="workspaces.tasks.prune_sessions")
def prune_sessions() -> None:
    """Delete expired sessions."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@shared_task(name="workspaces.tasks.run_job")
def run_job(workspace_id: str, job_id: str) -> None:
    """Run a job's next slice, then queue the following one behind the slices of other jobs."""
    if run_next_slice(UUID(workspace_id), UUID(job_id)):
        queue_job(UUID(workspace_id), UUID(job_id))


@shared_task(name="workspaces.tasks.sweep_jobs")
def sweep_jobs() -> None:
    """Queue unfinished jobs again if their task was lost."""
    queue_lost_jobs()


@shared_task(name="workspaces.tasks.prune_jobs")
def prune_jobs() -> None:
    """Delete old jobs, with their files."""
    jobs_prune()


@shared_task(name="workspaces.tasks.prune_files")
def prune_files() -> None:
    """For each workspace, queue a task that deletes stored content without a file."""
    for workspace_id in all_workspace_ids():
        prune_files_in.delay(str(workspace_id))


@shared_task(name="workspaces.tasks.prune_files_in")
def prune_files_in(workspace_id: str) -> None:
    orphans_delete(UUID(workspace_id))
