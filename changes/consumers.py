"""The socket of a journey: lets in, shows presence, passes on, and never takes a write."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError, InterfaceError

from changes import hub, presence
from changes.entry import enter, look
from changes.sockets import Socket, as_message
from workspaces.errors import Invalid, Refused

LONGEST = 64 * 1024  # characters of a frame; uvicorn is told the same in bytes
A_SECOND, BURST = 10, 30  # frames
MAX_SOCKETS_OF_MEMBER = 100  # in this process, on all journeys

# So many connections to the database, however many come in at once.
in_thread = partial(
    database_sync_to_async, thread_sensitive=False, executor=ThreadPoolExecutor(4, "enter")
)


class Live(AsyncWebsocketConsumer):
    """Close codes: 1009 4400 4401 4403 4408 4409 4429, each with a reason a person can read."""

    socket: Socket | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self.socket is not None:
                await self.hub.part(self.socket)

    async def connect(self) -> None:
        await self.accept()  # or a browser could not see why it is closed
        user, session = self.scope["user"], self.scope["session"].session_key
        if not user.is_authenticated:
            await self.close(4401, "Sign in.")
            return
        try:
            entry = await in_thread(enter)(user, session, self.scope["url_route"]["kwargs"]["id"])
            await self._join(Socket(self.base_send, entry))
        except Refused:
            await self.close(4403, "There is no such journey that you can see.")
        except (DatabaseError, InterfaceError):
            await self.close(1013, "The database does not answer. Try again.")

    async def _join(self, socket: Socket) -> None:
        self.hub, self.socket = hub.here(), socket
        if self.hub.count_sockets(socket.entry.member_id) >= MAX_SOCKETS_OF_MEMBER:
            self.hub.drop(socket, 4429, "You have too many journeys open. Close some.")
            return
        self.allowance, self.counted = float(BURST), time.monotonic()
        await self.hub.join(socket)
        peers = {one.c: one.peer for one in self.hub.beside(socket)}
        # Counted first and shown only then: a window that is refused is no news to the others.
        peers |= await self.hub.crowd.stay(socket.entry.journey_id, [socket.peer]) or {}
        if why := presence.is_full(peers.values(), socket.peer["member"]):
            self.hub.drop(socket, 4429, why)
            return
        await self.hub.crowd.arrive(socket)
        seen = await in_thread(look)([socket.entry])
        if not socket.closing:
            del peers[socket.c]
            self.hub.begin(socket, seen.versions, list(peers.values()))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        socket = self.socket
        if socket is None or socket.closing:
            return
        socket.last_word = time.monotonic()
        if text_data is not None and len(text_data) > LONGEST:
            self.hub.drop(socket, 1009, "This frame is too big.")
        elif not self._allows_one_more():
            self.hub.drop(socket, 4429, f"Send at most {A_SECOND} frames a second.")
        else:
            try:
                await self._do(socket, json.loads(text_data or ""))
            except (ValueError, RecursionError, Invalid) as error:
                self.hub.drop(socket, 4400, f"This frame cannot be read: {error}"[:120])

    async def _do(self, socket: Socket, sent: Any) -> None:
        match sent:
            case {"t": "ping", **rest} if not rest:
                self.hub.put(socket, as_message({"t": "pong"}))
            case {"t": "presence", **look}:
                await self.hub.crowd.move(socket, presence.read_look(look))
            case _:
                raise Invalid("only ping and presence are known")

    def _allows_one_more(self) -> bool:
        now = time.monotonic()
        self.allowance = min(BURST, self.allowance + (now - self.counted) * A_SECOND) - 1
        self.counted = now
        return self.allowance >= 0
