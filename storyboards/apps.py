from typing import ClassVar

from celery.schedules import crontab
from django.apps import AppConfig

from changes.stream_kinds import StreamKind


class StoryboardsConfig(AppConfig):
    name = "storyboards"
    page_urls = "storyboards.urls"
    api_urls = "storyboards.api"
    stream_kinds = (
        StreamKind(
            "drawing",
            access="storyboards.access.require_drawing_access",
            presence="storyboards.presence.parse_drawing_presence",
        ),
    )
    beat_schedule: ClassVar = {
        "prune-deleted-elements": {
            "task": "storyboards.tasks.prune_all",
            "schedule": crontab(hour="3", minute="45"),
        },
    }
