import gc

from django.apps import AppConfig

from core.app_configs import declared
from cxmap.celery import app


class CxmapConfig(AppConfig):
    """The project itself.

    It comes last in INSTALLED_APPS, so all other apps are ready before it.
    """

    name = "cxmap"

    def ready(self) -> None:
        """Schedule the periodic tasks of all apps.

        Also exclude the objects that were created at startup from garbage collection, because they
        are never released.
        """
        app.conf.beat_schedule = {
            name: entry
            for schedule in declared("beat_schedule")
            for name, entry in schedule.items()
        }
        gc.freeze()
