from django.apps import AppConfig

from core.actors import DRAW, READ
from core.scopes import TokenScope


class TouchpointsConfig(AppConfig):
    name = "touchpoints"
    page_urls = "touchpoints.urls"
    api_urls = "touchpoints.api"
    token_scopes = (
        TokenScope("touchpoints:read", "Read touchpoints", frozenset({READ})),
        TokenScope(
            "touchpoints:write", "Write touchpoints, including in bulk", frozenset({READ, DRAW})
        ),
    )
