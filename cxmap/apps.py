import gc

from django.apps import AppConfig


class CxmapConfig(AppConfig):
    name = "cxmap"

    def ready(self) -> None:
        """Keep what start-up has made, which stays, out of every later garbage collection."""
        gc.freeze()
