"""Celery tasks for workspaces."""

from importlib import import_module

from celery import shared_task
from django.conf import settings


@shared_task(name="workspaces.tasks.prune_sessions")
def prune_sessions() -> None:
    """Delete expired sessions."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
