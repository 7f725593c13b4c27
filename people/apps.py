from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.actors import PEOPLE, READ
from core.event_types import EventType
from core.scopes import TokenScope


class PeopleConfig(AppConfig):
    name = "people"
    page_urls = "people.urls"
    api_urls = "people.api"
    invariants = "people.invariants"
    event_types = (
        EventType("absence.created", _("An absence is recorded"), ("absence",), ("add",)),
        EventType(
            "absence.changed", _("An absence changes or ends"), ("absence",), ("set", "remove")
        ),
    )
    token_scopes = (
        TokenScope("people:read", _("Read departments and people"), frozenset({READ})),
        TokenScope("people:write", _("Write departments and people"), frozenset({READ, PEOPLE})),
    )
