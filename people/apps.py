from django.apps import AppConfig

from core.actors import PEOPLE, READ
from core.scopes import TokenScope


class PeopleConfig(AppConfig):
    name = "people"
    page_urls = "people.urls"
    api_urls = "people.api"
    token_scopes = (
        TokenScope("people:read", "Read departments and people", frozenset({READ})),
        TokenScope("people:write", "Write departments and people", frozenset({READ, PEOPLE})),
    )
