"""An open socket: its session, and a bounded queue of frames to send."""

import asyncio
import contextlib
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from changes.live import presence
from changes.live.authorization import SocketSession
from changes.publish import stream_channel

MAX_QUEUED_FRAMES = 256  # a socket that falls further behind is closed; its client reloads
Message = dict[str, Any]  # an ASGI message; all recipients share one object


class ClientSocket:
    """An open socket. Its own task sends the frames in order, so a slow client doesn't delay others.

    `send` is the ASGI callable. No frame is ever dropped: if the queue is full, enqueue() returns
    False and the socket must be closed.
    """

    def __init__(self, send: Callable[[Message], Awaitable[None]], entry: SocketSession) -> None:
        self.session = entry
        self.channels = (
            *map(stream_channel, entry.stream_ids),
            presence.presence_channel(entry.stream_id),
        )
        self.connection_id = presence.new_connection_id()
        self.rights = entry.membership.rights
        self.presence = presence.EMPTY_PRESENCE
        self.last_received_at = time.monotonic()  # of the client's last frame
        self.is_started = self.is_degraded = self.is_closing = False
        self.is_shown = False  # whether the other peers on the stream see it
        self._send = send
        self._queue: deque[Message] = deque()
        self._has_more = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def peer(self) -> presence.Peer:
        member = str(self.session.member_id)
        return {
            "c": self.connection_id,
            "member": member,
            "name": self.session.name,
            **self.presence,
        }

    def start(self, hello: dict[str, Any]) -> None:
        """Send the hello frame, then all frames that were queued before it."""
        self.is_started = True
        self._queue.appendleft(text_frame(hello))
        self._has_more.set()
        self._task = asyncio.create_task(self._run())

    def enqueue(self, message: Message) -> bool:
        """Queue a frame.

        Return False if the queue is full; the caller must then close the socket.
        """
        if len(self._queue) >= MAX_QUEUED_FRAMES:
            return False
        self._queue.append(message)
        self._has_more.set()
        return True

    def close(self, code: int, reason: str) -> None:
        """Discard the queue and close the socket."""
        if not self.is_closing:
            self.cancel()
            self.is_closing = True
            self._task = asyncio.create_task(self._close(code, reason))

    def cancel(self) -> None:
        if self._task is not None and not self.is_closing:
            self._task.cancel()

    async def _run(self) -> None:
        with contextlib.suppress(OSError):  # the client disconnected; its consumer is notified
            while True:
                await self._has_more.wait()
                self._has_more.clear()
                while self._queue:
                    await self._send(self._queue.popleft())

    async def _close(self, code: int, reason: str) -> None:
        with contextlib.suppress(OSError):
            await self._send({"type": "websocket.close", "code": code, "reason": reason})


def text_frame(content: dict[str, Any] | str) -> Message:
    text = content if isinstance(content, str) else json.dumps(content)
    return {"type": "websocket.send", "text": text}
