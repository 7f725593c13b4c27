import gc
from typing import ClassVar

from django.apps import AppConfig

from core.app_configs import declared
from cxmap.celery import app


class CxmapConfig(AppConfig):
    """The project itself.

    It comes last in INSTALLED_APPS, so all other apps are ready before it.
    """

    name = "cxmap"
    task_routes: ClassVar = {"cxmap.tasks.mail_*": {"queue": "mail"}}

    def ready(self) -> None:
        """Schedule the periodic tasks of all apps, and route their tasks to queues.

        Also exclude the objects that were created at startup from garbage collection, because they
        are never released.
        """
        app.conf.beat_schedule = {
            name: entry
            for schedule in declared("beat_schedule")
            for name, entry in schedule.items()
        }
        app.conf.task_routes = declared("task_routes")
        gc.freeze()
