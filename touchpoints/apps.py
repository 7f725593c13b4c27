from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.actors import DRAW, READ
from core.scopes import TokenScope


class TouchpointsConfig(AppConfig):
    name = "touchpoints"
    page_urls = "touchpoints.urls"
    api_urls = "touchpoints.api"
    token_scopes = (
        TokenScope("touchpoints:read", _("Read touchpoints"), frozenset({READ})),
        TokenScope(
            "touchpoints:write", _("Write touchpoints, including in bulk"), frozenset({READ, DRAW})
        ),
    )
