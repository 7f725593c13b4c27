"""Deliveries at a steady rate, while one endpoint hangs.

    script/bench webhooks [--deliveries 10000] [--rate 100] [--endpoints 10]

Each endpoint gets the same number of deliveries. One of them never answers. Printed is the delay of
the others, from the row to the arrival of its request, with and without the one that hangs. The
baseline is a bare loop of http.client that posts the same bodies as fast as it can.
"""

import argparse
import http.client
import json
import statistics
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.db.models.functions import Now

from core.ids import uuid7
from core.tenancy import set_tenant_scope
from webhooks.deliveries import send_due_deliveries
from webhooks.models import Delivery, Endpoint
from webhooks.services import endpoint_create
from workspaces.access import system_actor
from workspaces.models import Workspace

BATCH = 20  # deliveries, as a follower writes them


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    delays: list[float]
    ended: threading.Event

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.path == "/hang":
            self.ended.wait(20)
        else:
            self.delays.append(time.time() - body["at"])
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deliveries", type=int, default=10_000)
    parser.add_argument("--rate", type=int, default=100)
    parser.add_argument("--endpoints", type=int, default=10)
    options = parser.parse_args()
    settings.WEBHOOKS_ALLOW_LOCALHOST = True
    print(f"bare loop of posts: {bare_posts(1_000):.0f} a second")
    for hangs in (False, True):
        delays = measure(options.deliveries, options.rate, options.endpoints, hangs=hangs)
        p50, p95 = (statistics.quantiles(delays, n=100)[n - 1] for n in (50, 95))
        what = "one endpoint hangs" if hangs else "all endpoints answer"
        print(
            f"{what}: {len(delays)} arrived, delay p50 {p50 * 1e3:.0f} ms,"
            f" p95 {p95 * 1e3:.0f} ms, max {max(delays) * 1e3:.0f} ms"
        )


class Server:
    """A receiver on a port of its own."""

    def __enter__(self) -> "Server":
        self.delays: list[float] = []
        self.ended = threading.Event()
        handler = type("Bound", (Handler,), {"delays": self.delays, "ended": self.ended})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *args: object) -> None:
        self.ended.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def port(self) -> int:
        return self.server.server_port


def bare_posts(n: int) -> float:
    """Return the posts per second of a loop on one connection."""
    with Server() as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        began = time.perf_counter()
        for _ in range(n):
            connection.request("POST", "/ok", json.dumps({"at": time.time()}))
            connection.getresponse().read()
        return n / (time.perf_counter() - began)


def measure(deliveries: int, rate: int, endpoints: int, *, hangs: bool) -> list[float]:
    workspace = Workspace.objects.create(name="Bench", slug=f"bench-{uuid7()}")
    actor = system_actor(workspace.id)
    with Server() as server:
        rows = [
            endpoint_create(
                url=f"http://localhost:{server.port}/{'hang' if hangs and n == 0 else 'ok'}",
                event_types=["flag.opened"],
                actor=actor,
            )[0]
            for n in range(endpoints)
        ]
        written = threading.Event()
        sender = threading.Thread(target=send_until, args=(written,))
        sender.start()
        for start in range(0, deliveries, BATCH):
            began = time.perf_counter()
            write(rows, range(start, start + BATCH))
            time.sleep(max(0, BATCH / rate - (time.perf_counter() - began)))
        expected = deliveries * (endpoints - hangs) // endpoints
        while len(server.delays) < expected:
            time.sleep(0.05)
        server.ended.set()
        written.set()
        sender.join()
        return list(server.delays)


def send_until(written: threading.Event) -> None:
    """Run turns one after the other, as the tasks of one worker process do."""
    while not written.is_set():
        send_due_deliveries()
        time.sleep(0.02)  # between a follower's nudge and the task
    connections.close_all()


def write(endpoints: list[Endpoint], numbers: range) -> None:
    at = datetime.now(UTC).timestamp()
    with transaction.atomic(durable=True):
        set_tenant_scope([endpoints[0].workspace_id])
        Delivery.objects.bulk_create(
            Delivery(
                workspace_id=endpoint.workspace_id,
                endpoint=endpoint,
                event_id=f"msg_{n}",
                event_type="flag.opened",
                body=json.dumps({"at": at}).encode(),
                next_attempt_at=Now(),
            )
            for n in numbers
            for endpoint in [endpoints[n % len(endpoints)]]
        )


if __name__ == "__main__":
    main()
