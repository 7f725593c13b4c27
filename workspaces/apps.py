from typing import ClassVar

from celery.schedules import crontab
from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from core.actors import MEMBERS, READ
from core.scopes import TokenScope


class WorkspacesConfig(AppConfig):
    name = "workspaces"
    page_urls = "workspaces.urls"
    api_urls = "workspaces.api"
    token_scopes = (
        TokenScope("members:manage", _("Manage members"), frozenset({READ, MEMBERS})),
        TokenScope("jobs:write", _("Start and cancel jobs"), frozenset({READ})),
    )
    task_routes: ClassVar = {
        "workspaces.tasks.run_job": {"queue": "work"},
        "workspaces.tasks.prune_*": {"queue": "work"},
    }
    beat_schedule: ClassVar = {
        "prune-sessions": {
            "task": "workspaces.tasks.prune_sessions",
            "schedule": crontab(hour="3", minute="30"),
        },
        "prune-jobs": {
            "task": "workspaces.tasks.prune_jobs",
            "schedule": crontab(hour="3", minute="40"),
        },
        "prune-files": {
            "task": "workspaces.tasks.prune_files",
            "schedule": crontab(day_of_week="sunday", hour="3", minute="50"),
        },
        "sweep-jobs": {
            "task": "workspaces.tasks.sweep_jobs",
            "schedule": 10.0,
            "options": {"expires": 10},
        },
    }

    def ready(self) -> None:
        """Import the jobs.py of all apps, so that they register their kinds of jobs."""
        autodiscover_modules("jobs")
