"""WebSocket consumer for a stream. Sends change sets and presence; accepts only presence."""

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
from changes.stream_kinds import stream_kinds
from core.errors import AppError, InvalidRequest

MAX_FRAME_LENGTH = 64 * 1024  # in characters; uvicorn has the same limit in bytes
FRAMES_PER_SECOND, FRAME_BURST = 10, 30
MAX_SOCKETS_PER_MEMBER = 100  # in this process, over all streams

# Limits the database connections in use when many clients connect at once.
in_thread = partial(
    database_sync_to_async, thread_sensitive=False, executor=ThreadPoolExecutor(4, "enter")
)


class StreamConsumer(AsyncWebsocketConsumer):
    """WebSocket consumer for a stream of the kind `kind`. Other streams are not found.

    Each close code comes with a readable reason:

    - 1009: the frame is too large
    - 1011: an internal error; reconnect
    - 1013: the database isn't responding; try again
    - 4400: the frame is invalid
    - 4401: not signed in (any more)
    - 4403: the stream doesn't exist, or the user may not see it (any more)
    - 4408: the window was idle for too long
    - 4409: the client read too slowly, and its queue is full
    - 4429: too many frames or open windows
    """

    socket: ClientSocket | None = None

    def __init__(self, kind: str = "journey") -> None:
        super().__init__()
        self.kind = kind

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self.socket is not None:
                await self.hub.unregister(self.socket)

    async def connect(self) -> None:
        await self.accept()  # otherwise a browser couldn't read the close code
        user, session = self.scope["user"], self.scope["session"].session_key
        if not user.is_authenticated:
            await self.close(4401, "You're not signed in. Sign in and reload the page.")
            return
        try:
            entry = await in_thread(authorize_socket)(
                user, session, self.kind, self.scope["url_route"]["kwargs"]["id"]
            )
            await self._join(ClientSocket(self.base_send, entry))
        except AppError:
            await self.close(4403, "This doesn't exist, or you don't have access to it.")
        except (DatabaseError, InterfaceError):
            await self.close(1013, "The database isn't responding. Try again.")

    async def _join(self, socket: ClientSocket) -> None:
        self.hub, self.socket = hub.get_hub(), socket
        if self.hub.count_sockets(socket.session.member_id) >= MAX_SOCKETS_PER_MEMBER:
            self.hub.disconnect(socket, 4429, "You have too many windows open. Close some.")
            return
        self.allowance, self.counted = float(FRAME_BURST), time.monotonic()
        await self.hub.join(socket)
        peers = {joined.connection_id: joined.peer for joined in self.hub.sockets_on_stream(socket)}
        # Check the capacity before announcing, so that other peers never see a window that is refused.
        peers |= (
            await self.hub.presence_store.refresh(socket.session.stream_id, [socket.peer]) or {}
        )
        if reason := presence.capacity_error(peers.values(), socket.peer["member"]):
            self.hub.disconnect(socket, 4429, reason)
            return
        await self.hub.presence_store.join(socket)
        access = await in_thread(recheck_access)([socket.session])
        if not socket.is_closing:
            del peers[socket.connection_id]
            self.hub.send_hello(socket, access.versions, list(peers.values()))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        socket = self.socket
        if socket is None or socket.is_closing:
            return
        socket.last_received_at = time.monotonic()
        if text_data is not None and len(text_data) > MAX_FRAME_LENGTH:
            self.hub.disconnect(socket, 1009, "The frame is too large. Send at most 64 KiB.")
        elif not self._take_allowance():
            self.hub.disconnect(
                socket, 4429, f"Too many frames. Send at most {FRAMES_PER_SECOND} a second."
            )
        else:
            try:
                await self._dispatch(socket, json.loads(text_data or ""))
            except (ValueError, RecursionError, InvalidRequest) as error:
                self.hub.disconnect(socket, 4400, f"The frame is invalid: {error}"[:120])

    async def _dispatch(self, socket: ClientSocket, sent: Any) -> None:
        match sent:
            case {"t": "ping", **rest} if not rest:
                self.hub.enqueue(socket, text_frame({"t": "pong"}))
            case {"t": "presence", **sent_presence}:
                parsed = stream_kinds()[self.kind].parse_presence(sent_presence)
                await self.hub.presence_store.update(socket, parsed)
            case _:
                raise InvalidRequest("Send a ping or presence frame.")

    def _take_allowance(self) -> bool:
        now = time.monotonic()
        self.allowance = (
            min(FRAME_BURST, self.allowance + (now - self.counted) * FRAMES_PER_SECOND) - 1
        )
        self.counted = now
        return self.allowance >= 0
