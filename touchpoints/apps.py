from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.actors import DRAW, READ
from core.event_types import EventType
from core.scopes import TokenScope


class TouchpointsConfig(AppConfig):
    name = "touchpoints"
    page_urls = "touchpoints.urls"
    api_urls = "touchpoints.api"
    event_types = (
        EventType(
            "touchpoint.changed", _("Touchpoints are added, changed or removed"), ("touchpoint",)
        ),
        EventType(
            "promise.broken",
            _("A promise is marked as broken"),
            ("promise",),
            ops=("add", "set"),
            field="status",
            values=("broken",),
        ),
    )
    token_scopes = (
        TokenScope("touchpoints:read", _("Read touchpoints"), frozenset({READ})),
        TokenScope(
            "touchpoints:write", _("Write touchpoints, including in bulk"), frozenset({READ, DRAW})
        ),
    )
