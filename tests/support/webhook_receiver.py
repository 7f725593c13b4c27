"""A server that gets webhooks, and behaves as its path says."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CHUNK = b"x" * 65536
HUGE_BYTES = 10 * 1024**3


@dataclass
class Receiver:
    """What arrived, as (path, headers, body). `is_released` ends the requests to /hang and /drip."""

    port: int = 0
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)  # of the next answers to /ok
    bytes_written: int = 0
    is_released: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str, host: str = "localhost") -> str:
        return f"http://{host}:{self.port}{path}"

    def of(self, path: str) -> list[tuple[dict[str, str], bytes]]:
        return [(headers, body) for where, headers, body in self.requests if where == path]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.receiver.requests.append((self.path, headers, body))
        with suppress(OSError):  # the sender is free to hang up
            getattr(self, "answer_" + self.path.strip("/"))()

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def answer_ok(self) -> None:
        self.answer(self.receiver.statuses.pop(0) if self.receiver.statuses else 200, b"thanks")

    def answer_gone(self) -> None:
        self.answer(410)

    def answer_redirect(self) -> None:
        self.answer(302, Location=self.receiver.url("/ok"))

    def answer_hang(self) -> None:
        self.receiver.is_released.wait(20)
        self.answer(200)

    def answer_drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not self.receiver.is_released.wait(0.02):
            self.wfile.write(b"x")

    def answer_huge(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(HUGE_BYTES))
        self.end_headers()
        while self.receiver.bytes_written < HUGE_BYTES:
            self.wfile.write(CHUNK)
            self.receiver.bytes_written += len(CHUNK)

    def log_message(self, *args: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    # The default of 5 is less than a test sends at once, and connections to a full queue are late or fail.
    request_queue_size = 128


@contextmanager
def webhook_receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    server = Server(("127.0.0.1", 0), type("BoundHandler", (Handler,), {"receiver": receiver}))
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.is_released.set()
        server.shutdown()
        thread.join()
        server.server_close()
