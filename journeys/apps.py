from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from changes.stream_kinds import StreamKind
from core.actors import DRAW, READ
from core.event_types import EventType
from core.scopes import TokenScope


class JourneysConfig(AppConfig):
    name = "journeys"
    page_urls = "journeys.urls"
    api_urls = "journeys.api"
    event_types = (
        EventType(
            "journey.changed",
            _("A journey, or its stages, steps or lanes, are added, changed or removed"),
            ("journey", "stage", "step", "lane"),
        ),
    )
    stream_kinds = (StreamKind("journey", access="journeys.access.require_journey_access"),)
    token_scopes = (
        TokenScope("maps:read", _("Read journeys"), frozenset({READ})),
        TokenScope("maps:write", _("Write journeys"), frozenset({READ, DRAW})),
    )
