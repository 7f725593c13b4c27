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
        "thin-drawings": {
            "task": "storyboards.tasks.thin_all",
            "schedule": crontab(hour="4", minute="15"),
        },
        "delete-unused-pictures": {
            "task": "storyboards.tasks.delete_unused_pictures",
            "schedule": crontab(day_of_week="sun", hour="4", minute="45"),
        },
    }
