from typing import ClassVar

from django.apps import AppConfig

from core.actors import COMMENT, READ
from core.scopes import TokenScope


class CommentsConfig(AppConfig):
    name = "comments"
    page_urls = "comments.urls"
    api_urls = "comments.api"
    token_scopes = (
        TokenScope("comments:read", "Read comments", frozenset({READ})),
        TokenScope("comments:write", "Comment, reply, resolve", frozenset({READ, COMMENT})),
    )
    beat_schedule: ClassVar = {
        "comment-mail": {
            "task": "comments.tasks.mail_due",
            "schedule": 60.0,
            "options": {"expires": 60},
        },
    }
