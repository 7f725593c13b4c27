from typing import ClassVar

from celery.schedules import crontab
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.actors import MEMBERS, READ
from core.scopes import TokenScope


class WorkspacesConfig(AppConfig):
    name = "workspaces"
    page_urls = "workspaces.urls"
    api_urls = "workspaces.api"
    token_scopes = (TokenScope("members:manage", _("Manage members"), frozenset({READ, MEMBERS})),)
    beat_schedule: ClassVar = {
        "prune-sessions": {
            "task": "workspaces.tasks.prune_sessions",
            "schedule": crontab(hour="3", minute="30"),
        },
    }
