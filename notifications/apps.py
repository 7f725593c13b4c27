from typing import ClassVar

from celery.schedules import crontab
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.actors import READ
from core.scopes import TokenScope


class NotificationsConfig(AppConfig):
    name = "notifications"
    page_urls = "notifications.urls"
    api_urls = "notifications.api"
    invariants = "notifications.invariants"
    token_scopes = (
        TokenScope("notices:read", _("Read your notices"), frozenset({READ})),
        TokenScope("notices:write", _("Mark your notices as seen"), frozenset({READ})),
    )
    task_routes: ClassVar = {
        "notifications.tasks.send_*": {"queue": "mail"},
        "notifications.tasks.*": {"queue": "audit"},
    }
    beat_schedule: ClassVar = {
        "notices": {
            "task": "notifications.tasks.sync_all",
            "schedule": 300.0,
            "options": {"expires": 300},
        },
        "prune-notices": {
            "task": "notifications.tasks.prune",
            "schedule": crontab(hour="3", minute="45"),
        },
        "mail": {
            "task": "notifications.tasks.send_all",
            "schedule": 60.0,
            "options": {"expires": 60},
        },
    }
