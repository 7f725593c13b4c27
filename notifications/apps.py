from typing import ClassVar

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    page_urls = "notifications.urls"
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
        "mail": {
            "task": "notifications.tasks.send_all",
            "schedule": 60.0,
            "options": {"expires": 60},
        },
    }
