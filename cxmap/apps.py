import gc

from django.apps import AppConfig

from core.app_configs import declared
from cxmap.celery import app


class CxmapConfig(AppConfig):
    """The project itself. It is the last app in INSTALLED_APPS, so the others are ready."""

    name = "cxmap"

    def ready(self) -> None:
        """Schedule the periodic tasks of all apps.

        Exempt the objects created at startup from garbage collection, since they stay.
        """
        app.conf.beat_schedule = {
            name: entry
            for schedule in declared("beat_schedule")
            for name, entry in schedule.items()
        }
        gc.freeze()
