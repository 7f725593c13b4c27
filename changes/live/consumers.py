"""The socket of a journey: lets in, shows presence, passes on, and never takes a write."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError, InterfaceError

from changes.live import hub, presence
from changes.live.authorization import authorize_socket, recheck_access
from changes.live.client_socket import ClientSocket, text_frame
from core.errors import AppError, InvalidRequest

MAX_FRAME_LENGTH = 64 * 1024  # characters of a frame; uvicorn is told the same in bytes
FRAMES_PER_SECOND, FRAME_BURST = 10, 30  # frames
MAX_SOCKETS_PER_MEMBER = 100  # in this process, on all journeys

# So many connections to the database, however many come in at once.
in_thread = partial(
    database_sync_to_async, thread_sensitive=False, executor=ThreadPoolExecutor(4, "enter")
)


class JourneyConsumer(AsyncWebsocketConsumer):
    """Close codes: 1009 4400 4401 4403 4408 4409 4429, each with a reason a person can read."""

    socket: ClientSocket | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self.socket is not None:
                await self.hub.unregister(self.socket)

    async def connect(self) -> None:
        await self.accept()  # or a browser could not see why it is closed
        user, session = self.scope["user"], self.scope["session"].session_key
        if not user.is_authenticated:
            await self.close(4401, "Sign in.")
            return
        try:
            entry = await in_thread(authorize_socket)(
                user, session, self.scope["url_route"]["kwargs"]["id"]
            )
            await self._join(ClientSocket(self.base_send, entry))
        except AppError:
            await self.close(4403, "There is no such journey that you can see.")
        except (DatabaseError, InterfaceError):
            await self.close(1013, "The database does not answer. Try again.")

    async def _join(self, socket: ClientSocket) -> None:
        self.hub, self.socket = hub.get_hub(), socket
        if self.hub.count_sockets(socket.session.member_id) >= MAX_SOCKETS_PER_MEMBER:
            self.hub.disconnect(socket, 4429, "You have too many journeys open. Close some.")
            return
        self.allowance, self.counted = float(FRAME_BURST), time.monotonic()
        await self.hub.join(socket)
        peers = {one.connection_id: one.peer for one in self.hub.sockets_on_journey(socket)}
        # Counted first and shown only then: a window that is refused is no news to the others.
        peers |= (
            await self.hub.presence_store.refresh(socket.session.journey_id, [socket.peer]) or {}
        )
        if why := presence.capacity_error(peers.values(), socket.peer["member"]):
            self.hub.disconnect(socket, 4429, why)
            return
        await self.hub.presence_store.join(socket)
        seen = await in_thread(recheck_access)([socket.session])
        if not socket.is_closing:
            del peers[socket.connection_id]
            self.hub.send_hello(socket, seen.versions, list(peers.values()))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        socket = self.socket
        if socket is None or socket.is_closing:
            return
        socket.last_received_at = time.monotonic()
        if text_data is not None and len(text_data) > MAX_FRAME_LENGTH:
            self.hub.disconnect(socket, 1009, "This frame is too big.")
        elif not self._take_allowance():
            self.hub.disconnect(socket, 4429, f"Send at most {FRAMES_PER_SECOND} frames a second.")
        else:
            try:
                await self._dispatch(socket, json.loads(text_data or ""))
            except (ValueError, RecursionError, InvalidRequest) as error:
                self.hub.disconnect(socket, 4400, f"This frame cannot be read: {error}"[:120])

    async def _dispatch(self, socket: ClientSocket, sent: Any) -> None:
        match sent:
            case {"t": "ping", **rest} if not rest:
                self.hub.enqueue(socket, text_frame({"t": "pong"}))
            case {"t": "presence", **look}:
                await self.hub.presence_store.update(socket, presence.parse_presence(look))
            case _:
                raise InvalidRequest("only ping and presence are known")

    def _take_allowance(self) -> bool:
        now = time.monotonic()
        self.allowance = (
            min(FRAME_BURST, self.allowance + (now - self.counted) * FRAMES_PER_SECOND) - 1
        )
        self.counted = now
        return self.allowance >= 0
