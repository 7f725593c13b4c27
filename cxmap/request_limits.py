"""Limits on the size of request bodies and on the time to send them, before Django runs.

A body is read completely before the request gets a thread, so that a client that stops halfway
occupies only its connection. Each view sets its own limit in `max_body_bytes`.
"""

import asyncio
import sys
import time
from typing import Any

from django.urls import Resolver404, resolve

from core.errors import AppError, TooLarge, Unavailable

KIB, MIB = 1024, 1024 * 1024
ANONYMOUS_LIMIT = 64 * KIB  # bytes of an unauthenticated body
DEFAULT_LIMIT = MIB  # of a form, unless its view sets a limit
BODY_SECONDS = 20  # for the body to arrive; a steady large upload gets longer
MIN_BYTES_PER_SECOND = 16 * KIB  # minimum rate of an upload
LINGER_SECONDS = 5  # for a client that is still sending to read the error response
MAX_BODY_BYTES = 128 * MIB  # of all bodies in memory
# In the ASGI scope: the error that Django returns instead of calling a view
ERROR_SCOPE_KEY = "cxmap.refusal"


class RequestLimitsMiddleware:
    """ASGI middleware that passes a request on when its body has arrived and is within the limits.

    A body above the limit for anonymous requests needs a valid credential. For such a request,
    `require_credential(scope)` is called, which raises AppError if it has none.
    """

    def __init__(self, application: Any, django: Any, require_credential: Any) -> None:
        self.application = application
        self.django = django
        self.require_credential = require_credential
        self.body_bytes = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = BodyReader(self, scope, receive)
        try:
            if not await body.read():
                return  # the client has disconnected
            await self.application(scope, body.replay, send)
        except AppError as refusal:
            await send_error(self.django, scope, body.linger(send), refusal)
        finally:
            body.release()


class BodyReader:
    """Reads the body of a request, and replays it to Django."""

    def __init__(self, limits: RequestLimitsMiddleware, scope: Any, receive: Any) -> None:
        self.limits = limits
        self.scope = scope
        self.receive = receive
        self.content = bytearray()  # not a list: a client may send one byte at a time
        self.size = 0
        self.is_complete = False
        self.is_replayed = False

    async def read(self) -> bool:
        """Read the whole body.

        Return False if the client disconnects. Raise AppError if a limit is exceeded.
        """
        declared = declared_size(self.scope)
        limit, note = body_limit_of(self.scope["path"]) if has_body(self.scope) else (0, "")
        allowed = min(limit, ANONYMOUS_LIMIT)
        began = time.monotonic()
        while not self.is_complete:
            if max(declared, self.size) > limit:
                raise too_large_error(limit, note)
            if max(declared, self.size) > allowed:
                await self.limits.require_credential(self.scope)
                allowed = limit
            left = began + BODY_SECONDS + self.size / MIN_BYTES_PER_SECOND - time.monotonic()
            try:
                async with asyncio.timeout(left):
                    message = await self.receive()
            except TimeoutError:
                raise too_slow_error() from None
            if message["type"] == "http.disconnect":
                return False
            self.is_complete = not message.get("more_body", False)
            self.buffer(message.get("body", b""))
        if self.size > limit:
            raise too_large_error(limit, note)
        return True

    def buffer(self, piece: bytes) -> None:
        if self.limits.body_bytes + len(piece) > MAX_BODY_BYTES:
            raise Unavailable(
                "The server is receiving too much data. Send the request again in a few seconds."
            )
        self.limits.body_bytes += len(piece)
        self.size += len(piece)
        self.content += piece

    def release(self) -> None:
        self.limits.body_bytes -= self.size
        self.content.clear()

    async def replay(self) -> Any:
        """Return the body as a single ASGI message, and afterwards the messages that follow it."""
        if self.is_replayed:
            return await self.receive()
        self.is_replayed = True
        body = bytes(self.content)
        self.content.clear()
        return {"type": "http.request", "body": body, "more_body": False}

    def linger(self, send: Any) -> Any:
        """Return a `send` that closes the connection, but first lets the client read the response.

        If the connection were closed while the client still sends, it would be reset and the
        response would be lost.
        """

        async def closing(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = [*message["headers"], (b"connection", b"close")]
                await send({**message, "headers": headers})
                return
            await send({**message, "more_body": True})
            if not message.get("more_body"):
                await self.discard_rest()
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        return send if self.is_complete else closing

    async def discard_rest(self) -> None:
        try:
            async with asyncio.timeout(LINGER_SECONDS):
                while (await self.receive()).get("more_body"):
                    pass
        except TimeoutError:
            pass


def has_body(scope: Any) -> bool:
    return bool(header_value(scope, b"content-length") or header_value(scope, b"transfer-encoding"))


def declared_size(scope: Any) -> int:
    """Return the Content-Length, or 0 if there is none.

    A malformed number counts as too large.
    """
    sent = header_value(scope, b"content-length") or "0"
    return int(sent) if sent.isdecimal() and len(sent) < 16 else sys.maxsize


def body_limit_of(path: str) -> tuple[int, str]:
    """Return the body limit of the view at `path`, and the hint that its error contains."""
    try:
        view: Any = resolve(path.rstrip("/") if path.startswith("/api/v1/") else path).func
    except Resolver404:
        return ANONYMOUS_LIMIT, ""
    view_class = getattr(view, "view_class", None) or getattr(view, "cls", None)
    return getattr(view_class, "max_body_bytes", DEFAULT_LIMIT), getattr(
        view_class, "max_body_note", ""
    )


def too_large_error(limit: int, note: str) -> TooLarge:
    return TooLarge(
        f"The body may have at most {limit:,} bytes. {note or 'Send less data in one request.'}"
    )


def too_slow_error() -> AppError:
    detail = "The body did not arrive in time. Send the request again."
    return AppError(detail, code="request-timeout", status=408)


def header_value(scope: Any, name: bytes) -> str:
    """Return the values of a request header, joined, or "" if there are none."""
    return ",".join(value.decode("latin-1") for key, value in scope["headers"] if key == name)


async def send_error(
    django: Any, scope: Any, send: Any, refusal: AppError, receive: Any = None
) -> None:
    """Let Django send an error response, with its headers and page, without calling a view.

    With `receive`, the page can return what was typed into a form.
    """
    parts = [{"type": "http.request", "body": b"", "more_body": False}]

    async def nothing_sent() -> Any:
        if not parts:
            await (
                asyncio.Event().wait()
            )  # Django waits for a disconnect; the end of the request cancels this
        return parts.pop()

    await django({**scope, ERROR_SCOPE_KEY: refusal}, receive or nothing_sent, send)
