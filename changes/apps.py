from typing import ClassVar

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from changes.stream_kinds import DIRECTORY, StreamKind


class ChangesConfig(AppConfig):
    name = "changes"
    page_urls = "changes.urls"
    api_urls = "changes.api.urls"
    invariants = "changes.invariants"
    stream_kinds = (StreamKind(DIRECTORY, access="changes.access.require_directory_access"),)
    beat_schedule: ClassVar = {
        "sweep": {"task": "changes.tasks.sweep", "schedule": 5.0, "options": {"expires": 10}},
    }

    def ready(self) -> None:
        """Register the followers of all apps."""
        autodiscover_modules("followers")
