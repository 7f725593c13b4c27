"""One open socket: whose it is, and the bounded queue of what it is still to be sent."""

import asyncio
import contextlib
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from changes import presence
from changes.entry import Entry
from changes.live import channel

MOST_WAITING = 256  # frames; who is further behind is closed and reads anew
Message = dict[str, Any]  # of ASGI; one object for all the sockets it goes to


class Socket:
    """Sends in the order it was given, in a task of its own, so that nobody waits for the slow.

    `send` is ASGI's. No frame is ever left out: one that finds no room is refused (`put`).
    """

    def __init__(self, send: Callable[[Message], Awaitable[None]], entry: Entry) -> None:
        self.entry = entry
        self.channels = (*map(channel, entry.streams), presence.channel(entry.journey_id))
        self.c = presence.new_name()
        self.rights = entry.standing.rights
        self.look = presence.NOWHERE
        self.last_word = time.monotonic()  # when its client was heard
        self.begun = self.degraded = self.closing = False
        self.is_shown = False  # to the others on the journey
        self._send = send
        self._waiting: deque[Message] = deque()
        self._more = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def peer(self) -> presence.Peer:
        member = str(self.entry.member_id)
        return {"c": self.c, "member": member, "name": self.entry.name, **self.look}

    def begin(self, hello: dict[str, Any]) -> None:
        """Say hello, then what was heard in the meantime."""
        self.begun = True
        self._waiting.appendleft(as_message(hello))
        self._more.set()
        self._task = asyncio.create_task(self._run())

    def put(self, message: Message) -> bool:
        """Queue a message; False when there is no room, and the socket has to be closed."""
        if len(self._waiting) >= MOST_WAITING:
            return False
        self._waiting.append(message)
        self._more.set()
        return True

    def close(self, code: int, reason: str) -> None:
        """Send nothing more of what waits, and close."""
        if not self.closing:
            self.end()
            self.closing = True
            self._task = asyncio.create_task(self._close(code, reason))

    def end(self) -> None:
        if self._task is not None and not self.closing:
            self._task.cancel()

    async def _run(self) -> None:
        with contextlib.suppress(OSError):  # the client has gone; its consumer hears of it
            while True:
                await self._more.wait()
                self._more.clear()
                while self._waiting:
                    await self._send(self._waiting.popleft())

    async def _close(self, code: int, reason: str) -> None:
        with contextlib.suppress(OSError):
            await self._send({"type": "websocket.close", "code": code, "reason": reason})


def as_message(said: dict[str, Any] | str) -> Message:
    text = said if isinstance(said, str) else json.dumps(said)
    return {"type": "websocket.send", "text": text}
