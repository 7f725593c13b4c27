from django.apps import AppConfig

from core.actors import DRAW, READ
from core.scopes import TokenScope


class JourneysConfig(AppConfig):
    name = "journeys"
    page_urls = "journeys.urls"
    api_urls = "journeys.api"
    token_scopes = (
        TokenScope("maps:read", "Read journeys", frozenset({READ})),
        TokenScope("maps:write", "Write journeys", frozenset({READ, DRAW})),
    )
