from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.actors import COMMENT, READ
from core.scopes import TokenScope


class CommentsConfig(AppConfig):
    name = "comments"
    page_urls = "comments.urls"
    api_urls = "comments.api"
    token_scopes = (
        TokenScope("comments:read", _("Read comments"), frozenset({READ})),
        TokenScope(
            "comments:write", _("Write comments, resolve threads"), frozenset({READ, COMMENT})
        ),
    )
