import gc

from django.apps import AppConfig


class CxmapConfig(AppConfig):
    name = "cxmap"

    def ready(self) -> None:
        """Exempt the objects created at startup from garbage collection, since they stay."""
        gc.freeze()
