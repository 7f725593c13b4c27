"""uvicorn's HTTP/1.1 protocol with limits that a slow, silent or endless client cannot exceed.

Used as `uvicorn --http cxmap.http_protocol:LimitedHTTPProtocol`. Bodies have their limits in
`cxmap/request_limits.py`.
"""

import asyncio
import http
from collections import defaultdict
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

MAX_HEAD_BYTES = 32 * 1024  # request line and headers together
HEAD_SECONDS = 10  # from the connection, or from the last answer, to the end of the headers
WRITE_SECONDS = 30  # without a byte taken by the client
MAX_UNFINISHED = 256  # connections whose client has not sent its whole request
REFUSALS = {
    400: "This is not a valid HTTP request. Send it again with another client.",
    408: f"The headers did not arrive within {HEAD_SECONDS} seconds. Send the request again.",
    431: f"The headers have more than {MAX_HEAD_BYTES:,} bytes. Send shorter ones: delete the"
    " cookies of this site, or shorten the address.",
}


class Connection(h11.Connection):
    """An h11 connection that remembers with which status a bad request is refused."""

    refusal_status = 400

    def next_event(self) -> Any:
        try:
            return super().next_event()
        except h11.RemoteProtocolError as error:
            self.refusal_status = error.error_status_hint
            raise


class UnfinishedConnections:
    """The connections whose client owes the rest of a request, oldest first, by address."""

    def __init__(self) -> None:
        self.by_address: dict[str, dict[LimitedHTTPProtocol, None]] = defaultdict(dict)
        self.count = 0

    def add(self, protocol: "LimitedHTTPProtocol", address: str) -> None:
        """Add a connection. When there are too many, drop the oldest of the busiest address."""
        if protocol not in self.by_address[address]:
            self.by_address[address][protocol] = None
            self.count += 1
        if self.count > MAX_UNFINISHED:
            busiest = max(self.by_address, key=lambda one: len(self.by_address[one]))
            oldest = next(iter(self.by_address[busiest]))
            self.discard(oldest, busiest)
            oldest.transport.abort()

    def discard(self, protocol: "LimitedHTTPProtocol", address: str) -> None:
        if protocol in self.by_address[address]:
            del self.by_address[address][protocol]
            self.count -= 1
        if not self.by_address[address]:
            del self.by_address[address]


class LimitedHTTPProtocol(H11Protocol):
    """Refuses long headers with 431 and drops clients that do not send or read in time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conn: Connection = Connection(h11.SERVER, MAX_HEAD_BYTES)
        state = vars(self.server_state)
        self.unfinished: UnfinishedConnections = state.setdefault(
            "unfinished", UnfinishedConnections()
        )
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
        self.expect_reader()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.write_deadline is not None:
            self.write_deadline.cancel()
            self.write_deadline = None

    def update_state(self) -> None:
        """Note what the client has to do next: send headers, send a body, read, or nothing."""
        if self.transport.is_closing():
            self.stop_watching()
            self.expect_reader()
            return
        if self.transport.get_protocol() is not self:
            return  # a WebSocket now
        awaits_head = self.cycle is None or self.cycle.response_complete
        if awaits_head and self.read_deadline is None:
            self.read_deadline = self.loop.call_later(HEAD_SECONDS, self.refuse_slow_head)
        elif not awaits_head and self.read_deadline is not None:
            self.read_deadline.cancel()
            self.read_deadline = None
        if awaits_head or self.cycle.more_body:
            self.unfinished.add(self, self.address)
        else:
            self.unfinished.discard(self, self.address)

    def expect_reader(self) -> None:
        """Drop the connection unless the client takes bytes in time."""
        if self.write_deadline is None:
            self.write_deadline = self.loop.call_later(WRITE_SECONDS, self.transport.abort)

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
            self.transport.close()  # it never said anything

    def send_400_response(self, msg: str) -> None:
        """Answer a request that is not understood with the status that h11 names."""
        status = self.conn.refusal_status
        text = REFUSALS.get(status, REFUSALS[400]).encode()
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
