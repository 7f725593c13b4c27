"""uvicorn protocols that limit the size of headers, and drop slow or silent clients.

Used as `uvicorn --http cxmap.http_protocol:LimitedHTTPProtocol --ws
cxmap.http_protocol:LimitedWebSocketProtocol`. cxmap/request_limits.py limits bodies.
"""

import asyncio
import http
from collections import defaultdict
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

MAX_HEAD_BYTES = 32 * 1024  # request line and headers together
HEAD_SECONDS = 10  # from the connection, or from the last response, to the end of the headers
WRITE_SECONDS = 30  # until a client that reads nothing is dropped
MAX_UNFINISHED = 256  # connections waiting for their client to send, read or sign in
ERROR_DETAILS = {
    400: "This is not a valid HTTP request. Send it with another client.",
    408: f"The headers did not arrive within {HEAD_SECONDS} seconds. Send the request again.",
    431: f"The headers are longer than {MAX_HEAD_BYTES:,} bytes. Shorten them: delete this site's"
    " cookies, or use a shorter address.",
}


class Connection(h11.Connection):
    """An h11 connection that stores the error status for a bad request."""

    refusal_status = 400

    def next_event(self) -> Any:
        try:
            return super().next_event()
        except h11.RemoteProtocolError as error:
            self.refusal_status = error.error_status_hint
            raise


class UnfinishedConnections:
    """Connections that wait for their client, by client address, oldest first.

    They wait for the client to finish its request, to read the response, or to be authorized for
    its WebSocket.
    """

    def __init__(self) -> None:
        self.by_address: dict[str, dict[LimitedProtocol, None]] = defaultdict(dict)
        self.count = 0

    def add(self, protocol: "LimitedProtocol", address: str) -> None:
        """Add a connection.

        If there are too many, drop the oldest connection of the address that has the most.
        """
        if protocol not in self.by_address[address]:
            self.by_address[address][protocol] = None
            self.count += 1
        if self.count > MAX_UNFINISHED:
            busiest = max(self.by_address, key=lambda key: len(self.by_address[key]))
            oldest = next(iter(self.by_address[busiest]))
            self.discard(oldest, busiest)
            oldest.transport.abort()

    def discard(self, protocol: "LimitedProtocol", address: str) -> None:
        if protocol in self.by_address[address]:
            del self.by_address[address][protocol]
            self.count -= 1
        if not self.by_address[address]:
            del self.by_address[address]


def unfinished_of(server_state: ServerState) -> UnfinishedConnections:
    """Return the unfinished connections of a server, which both of its protocols share."""
    unfinished: UnfinishedConnections = vars(server_state).setdefault(
        "unfinished", UnfinishedConnections()
    )
    return unfinished


class LimitedHTTPProtocol(H11Protocol):
    """Rejects long headers with 431, and drops clients that send headers or read too slowly."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conn: Connection = Connection(h11.SERVER, MAX_HEAD_BYTES)
        self.unfinished = unfinished_of(self.server_state)
        self.address = ""
        self.read_deadline: asyncio.TimerHandle | None = None
        self.write_deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        self.update_state()

    def connection_lost(self, exc: Exception | None) -> None:
        self.stop_watching()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self.update_state()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self.update_state()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        self.stop_watching()
        super().handle_websocket_upgrade(event)

    def pause_writing(self) -> None:
        super().pause_writing()
        self.start_write_deadline()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.write_deadline is not None:
            self.write_deadline.cancel()
            self.write_deadline = None
            self.update_state()

    def update_state(self) -> None:
        """Start or cancel deadlines, and record whether the connection waits for its client."""
        if self.transport.is_closing():
            self.stop_watching()
            self.start_write_deadline()
            return
        if self.transport.get_protocol() is not self:
            return  # upgraded to a WebSocket
        awaits_head = self.cycle is None or self.cycle.response_complete
        if awaits_head and self.read_deadline is None:
            self.read_deadline = self.loop.call_later(HEAD_SECONDS, self.refuse_slow_head)
        elif not awaits_head and self.read_deadline is not None:
            self.read_deadline.cancel()
            self.read_deadline = None
        if awaits_head or self.cycle.more_body or self.write_deadline is not None:
            self.unfinished.add(self, self.address)
        else:
            self.unfinished.discard(self, self.address)

    def start_write_deadline(self) -> None:
        """Drop the connection in WRITE_SECONDS, unless the client reads before then."""
        if self.write_deadline is None and self in self.connections:
            self.write_deadline = self.loop.call_later(WRITE_SECONDS, self.transport.abort)
            self.unfinished.add(self, self.address)

    def stop_watching(self) -> None:
        self.unfinished.discard(self, self.address)
        for deadline in (self.read_deadline, self.write_deadline):
            if deadline is not None:
                deadline.cancel()
        self.read_deadline = self.write_deadline = None

    def refuse_slow_head(self) -> None:
        self.read_deadline = None
        if self.transport.is_closing():
            return
        if self.conn.trailing_data[0]:
            self.conn.refusal_status = 408
            self.send_400_response("")
        else:
            self.transport.close()  # it sent nothing at all

    def send_400_response(self, msg: str) -> None:
        """Respond to a bad request with the status in `conn.refusal_status`, and close the connection."""
        if self.conn.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            self.transport.close()  # an earlier response is being sent
            return
        status = self.conn.refusal_status
        text = ERROR_DETAILS.get(status, ERROR_DETAILS[400]).encode()
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(text)).encode()),
            (b"connection", b"close"),
        ]
        reason = http.HTTPStatus(status).phrase.encode()
        for event in (
            h11.Response(status_code=status, headers=headers, reason=reason),
            h11.Data(data=text),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event))
        self.transport.close()


class LimitedWebSocketProtocol(WebSocketsSansIOProtocol):
    """Drops clients that read too slowly and, if there are too many, clients not authorized yet.

    A client is authorized when the application sends it a message, because a client that is
    rejected gets only a close code.
    """

    def __init__(self, config: Any, server_state: ServerState, *args: Any, **kwargs: Any) -> None:
        super().__init__(config, server_state, *args, **kwargs)
        self.unfinished = unfinished_of(server_state)
        self.address = ""
        self.is_let_in = False
        self.write_deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        self.unfinished.add(self, self.address)

    def connection_lost(self, exc: Exception | None) -> None:
        self.unfinished.discard(self, self.address)
        self.stop_waiting()
        super().connection_lost(exc)

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.send" and not self.is_let_in:
            self.is_let_in = True
            self.unfinished.discard(self, self.address)

    def pause_writing(self) -> None:
        super().pause_writing()
        self.write_deadline = self.loop.call_later(WRITE_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self.stop_waiting()

    def stop_waiting(self) -> None:
        if self.write_deadline is not None:
            self.write_deadline.cancel()
            self.write_deadline = None


LimitedProtocol = LimitedHTTPProtocol | LimitedWebSocketProtocol
