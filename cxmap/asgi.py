"""ASGI entry point. uvicorn serves pages, the API and WebSockets."""

import os
import warnings
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxmap.settings")
# WhiteNoise streams files in chunks that Django reads in full under ASGI. They are small.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")
pages = get_asgi_application()

# Imported late: Django must be set up first.
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import Error  # noqa: E402
from django.urls import path, re_path  # noqa: E402

from changes.live.consumers import StreamConsumer  # noqa: E402
from core.errors import is_unavailable  # noqa: E402
from cxmap.middleware import require_credential  # noqa: E402
from cxmap.request_limits import RequestLimitsMiddleware  # noqa: E402
from cxmap.request_pool import RequestPoolMiddleware  # noqa: E402


class OriginValidator:
    """Rejects WebSockets whose Origin header is missing or isn't allowed."""

    def __init__(self, application: Any, origins: list[str]) -> None:
        self.application = application
        self.origins = origins

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        sent = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
        if len(sent) == 1 and sent[0] in self.origins:
            await self.application(scope, receive, send)
        else:
            await reject_websocket(scope, receive, send)


class UnavailableMiddleware:
    """Closes WebSockets with 1013 (try again later) while the database is unavailable."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await self.application(scope, receive, send)
        except Error as error:
            if not is_unavailable(error):
                raise
            await send({"type": "websocket.close", "code": 1013})


async def reject_websocket(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "websocket.close", "code": 4403})  # before the handshake: HTTP 403


sockets = URLRouter(
    [
        path("ws/journeys/<uuid:id>", StreamConsumer.as_asgi()),
        path("ws/drawings/<uuid:id>", StreamConsumer.as_asgi(kind="drawing")),
        re_path("", reject_websocket),  # type: ignore[arg-type]
    ]
)
requests = RequestPoolMiddleware(pages)
application = ProtocolTypeRouter(
    {
        "http": RequestLimitsMiddleware(
            requests, pages, requests.run_in_thread(require_credential)
        ),
        "websocket": OriginValidator(
            UnavailableMiddleware(AuthMiddlewareStack(sockets)), settings.SOCKET_ORIGINS
        ),
    }
)
