from typing import ClassVar

from celery.schedules import crontab
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.actors import READ, WEBHOOKS
from core.scopes import TokenScope


class WebhooksConfig(AppConfig):
    name = "webhooks"
    page_urls = "webhooks.urls"
    api_urls = "webhooks.api"
    invariants = "webhooks.invariants"
    token_scopes = (
        TokenScope("webhooks:read", _("Read webhooks"), frozenset({READ, WEBHOOKS})),
        TokenScope("webhooks:write", _("Manage webhooks"), frozenset({READ, WEBHOOKS})),
    )
    task_routes: ClassVar = {"webhooks.tasks.*": {"queue": "webhooks"}}
    beat_schedule: ClassVar = {
        "webhooks": {
            "task": "webhooks.tasks.send_due",
            "schedule": 5.0,
            "options": {"expires": 5},
        },
        "prune-webhook-deliveries": {
            "task": "webhooks.tasks.prune",
            "schedule": crontab(hour="3", minute="35"),
        },
    }
