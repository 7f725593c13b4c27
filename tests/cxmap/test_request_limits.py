"""Slow, silent, large or numerous clients can't hold server resources for long."""

import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from cxmap import http_protocol, request_limits
from tests.support.api_client import service_client
from tests.support.chromium import Server
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in

PATIENCE = 20  # seconds


class Connection:
    """A raw connection to the server."""

    def __init__(self, server: Server) -> None:
        host, port = server.url.removeprefix("http://").split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=PATIENCE)

    def send(self, head: str, body: bytes = b"") -> "Connection":
        self.socket.sendall(head.replace("\n", "\r\n").encode() + body)
        return self

    def answer(self) -> str:
        """Return everything received until the server closes the connection."""
        received = b""
        try:
            while piece := self.socket.recv(65536):
                received += piece
        except ConnectionResetError:
            pass
        return received.decode("utf-8", "replace")

    def status(self) -> int:
        return int(self.socket.recv(12).split()[1])


@pytest.fixture
def connect(uvicorn_server: Server, db: None) -> Iterator[Callable[[], Connection]]:
    with ExitStack() as opened:

        def connect() -> Connection:
            connection = Connection(uvicorn_server)
            opened.callback(connection.socket.close)
            return connection

        yield connect


Connect = Callable[[], Connection]
HEAD = "{} {} HTTP/1.1\nHost: localhost\n{}\n\n"


def head(method: str, path: str, *headers: str) -> str:
    return HEAD.format(method, path, "\n".join(headers or ["Accept: */*"]))


def test_half_sent_bodies_hold_no_thread(connect: Connect):
    for _ in range(100):
        connect().send(head("POST", "/accounts/login/", "Content-Length: 10"), b"half")
    for path in ("/livez", "/accounts/login/"):
        assert connect().send(head("GET", path)).status() == 200


def test_silent_connections_make_room_for_those_that_speak(connect: Connect):
    silent = [connect() for _ in range(http_protocol.MAX_UNFINISHED + 50)]
    assert connect().send(head("GET", "/livez")).status() == 200
    assert silent[0].answer() == ""  # the oldest was closed


@pytest.mark.parametrize("path", ["/livez", "/api/v1/me"])
def test_headers_without_an_end_are_refused(connect: Connect, path: str):
    connection = connect().send(f"GET {path} HTTP/1.1\nHost: localhost\n")
    line = b"X-Long: " + b"x" * 8000 + b"\r\n"
    try:
        for _ in range(100):
            connection.socket.sendall(line)
    except OSError:
        pass  # closed while sending
    answer = connection.answer()
    assert answer == "" or answer.startswith("HTTP/1.1 431 ")


def test_headers_that_are_a_little_too_long_are_told_so(connect: Connect):
    long = "x" * http_protocol.MAX_HEAD_BYTES
    answer = connect().send(f"GET /livez HTTP/1.1\nHost: localhost\nCookie: {long}").answer()
    assert answer.startswith("HTTP/1.1 431 ")
    assert "Connection: close" in answer.replace("connection", "Connection")
    assert "32,768 bytes" in answer


def test_slow_headers_are_refused(connect: Connect, monkeypatch: Any):
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", 0.2)
    assert connect().send("GET /livez HTTP/1.1\nHost: lo").answer().startswith("HTTP/1.1 408 ")
    assert connect().answer() == ""  # silent: closed without a response
    kept = connect().send(head("GET", "/livez"))
    kept.status()
    kept.send("GET /livez HTTP/1.1\n")
    assert "HTTP/1.1 408 " in kept.answer()


def test_slow_bodies_are_refused(connect: Connect, monkeypatch: Any):
    monkeypatch.setattr(request_limits, "BODY_SECONDS", 0.2)
    monkeypatch.setattr(request_limits, "LINGER_SECONDS", 0.1)
    answer = connect().send(head("POST", "/api/v1/me", "Content-Length: 10"), b"{").answer()
    assert answer.startswith("HTTP/1.1 408 ")
    assert '"code": "request-timeout"' in answer
    page = connect().send(head("POST", "/accounts/login/", "Content-Length: 10"), b"x").answer()
    assert page.startswith("HTTP/1.1 408 ")
    assert "did not arrive in time" in page


def test_a_client_that_does_not_read_is_dropped(connect: Connect, monkeypatch: Any):
    monkeypatch.setattr(http_protocol, "WRITE_SECONDS", 0.2)
    slow = connect()
    slow.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    asked = head("GET", "/api/v1/openapi.json")
    for _ in range(40):
        slow.send(asked)
    until = time.monotonic() + PATIENCE
    with pytest.raises(OSError):
        while time.monotonic() < until:
            slow.send(asked)


LARGE = [
    # path, declared bytes, status
    ("/api/v1/me", 1_000_000_000, 413),
    ("/api/v1/me", 1_048_577, 413),
    ("/api/v1/imports/mermaid", 10_485_761, 413),
    ("/api/v1/touchpoints/batch", 2_097_153, 413),
    ("/api/v1/nothing-here", 100_000, 413),
    ("/nothing-here/", 100_000, 413),
    ("/accounts/login/", 2_000_000, 413),
    ("/s/some-secret/", 2_000_000, 413),
    # within the limit of the view, but anonymous
    ("/api/v1/imports/mermaid", 10_000_000, 413),
    ("/accounts/login/", 100_000, 413),
]


@pytest.mark.parametrize(("path", "size", "status"), LARGE)
def test_what_is_too_large_is_refused_before_it_is_sent(
    connect: Connect, path: str, size: int, status: int, monkeypatch: Any
):
    monkeypatch.setattr(request_limits, "LINGER_SECONDS", 0)
    answer = connect().send(head("POST", path, f"Content-Length: {size}")).answer()
    assert answer.startswith(f"HTTP/1.1 {status} ")
    assert "connection: close" in answer
    kind = "application/problem+json" if path.startswith("/api/") else "text/html"
    assert f"Content-Type: {kind}" in answer
    assert "Content-Security-Policy: " in answer


def test_a_body_in_chunks_is_counted(connect: Connect):
    connection = connect().send(head("POST", "/api/v1/me", "Transfer-Encoding: chunked"))
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    for _ in range(40):  # 2.5 MB, which a client that reads afterwards may send
        connection.socket.sendall(chunk)
    assert connection.status() == 413


def test_somebody_signed_in_may_send_a_large_form(connect: Connect, world: SampleWorld):
    client = signed_in(world.alice)
    cookie = f"Cookie: sessionid={client.cookies['sessionid'].value}"
    path = f"/w/{world.acme.workspace.slug}/import/"
    asked = head("POST", path, cookie, "Content-Length: 100000")
    assert (
        connect().send(asked, b"x" * 100_000).status() == 403
    )  # no CSRF token, but the body was read
    ended = head("POST", path, "Cookie: sessionid=ended", "Content-Length: 100000")
    assert connect().send(ended, b"x" * 100_000).status() == 413


def test_with_a_good_token_the_limit_of_the_view_holds(connect: Connect, world: SampleWorld):
    token = service_client(world.acme.id).headers["Authorization"]
    sent = [f"Authorization: {token}", "Content-Type: text/plain", "Idempotency-Key: large-00"]
    text = b"journey\n" + b"%% a comment\n" * 10_000 + b"  section A\n    B: 3: Me\n"
    for encoding in (f"Content-Length: {len(text)}", "Transfer-Encoding: chunked"):
        body = text if "Length" in encoding else b"%x\r\n%b\r\n0\r\n\r\n" % (len(text), text)
        asked = head("POST", "/api/v1/imports/mermaid", *sent, encoding)
        assert connect().send(asked, body).status() == 201
    bad = head(
        "POST", "/api/v1/imports/mermaid", "Authorization: Bearer x", "Content-Length: 99999"
    )
    answer = connect().send(bad, b"x" * 99999).answer()
    assert answer.startswith("HTTP/1.1 401 ")
    assert '"code": "invalid-token"' in answer


def read_slowly(connect: Connect) -> Connection:
    """Request more than fits into the buffers, and read none of it."""
    slow = connect()
    slow.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    return slow.send(head("GET", "/api/v1/openapi.json") * 40)


def handshake(server: Server, *headers: str) -> str:
    path = "/ws/journeys/00000000-0000-7000-8000-000000000000"
    return head(
        "GET",
        path,
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        f"Origin: {server.url}",
        *headers,
    )


def test_answers_that_are_not_read_make_room(connect: Connect, monkeypatch: Any):
    monkeypatch.setattr(http_protocol, "MAX_UNFINISHED", 4)
    slow = [read_slowly(connect) for _ in range(6)]
    until = time.monotonic() + PATIENCE
    with pytest.raises(OSError):  # the first connection was dropped
        while time.monotonic() < until:
            slow[0].send(head("GET", "/livez"))
    assert connect().send(head("GET", "/livez")).status() == 200


def test_sockets_that_are_not_let_in_make_room(
    connect: Connect, uvicorn_server: Server, monkeypatch: Any
):
    monkeypatch.setattr(http_protocol, "MAX_UNFINISHED", 4)
    closing = [connect().send(handshake(uvicorn_server)) for _ in range(6)]
    began = time.monotonic()
    closing[0].answer()
    assert time.monotonic() - began < 5, "it had ten seconds to answer that it is closed"
    assert connect().send(head("GET", "/livez")).status() == 200


def test_nonsense_behind_a_request_ends_the_connection_alone(
    connect: Connect, caplog: Any, monkeypatch: Any
):
    """The response has started, so no other can be sent."""
    monkeypatch.setattr(request_limits, "LINGER_SECONDS", 0.2)
    sent = head("POST", "/api/v1/me", "Transfer-Encoding: chunked")
    connection = connect().send(sent, b"20000\r\n" + b"x" * 0x20000)
    assert connection.status() == 413
    connection.socket.sendall(b"\r\nthis is no chunk\r\n")
    connection.answer()
    assert "data_received" not in caplog.text


def test_a_large_body_needs_no_disk(connect: Connect, world: SampleWorld, monkeypatch: Any):
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    token = service_client(world.acme.id).headers["Authorization"]
    text = b"journey\n" + b"%% a comment\n" * 250_000 + b"  section A\n    B: 3: Me\n"
    sent = [f"Authorization: {token}", "Content-Type: text/plain", "Idempotency-Key: large-01"]
    asked = head("POST", "/api/v1/imports/mermaid", *sent, f"Content-Length: {len(text)}")
    assert connect().send(asked, text).status() == 201
