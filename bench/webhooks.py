"""Deliveries at a steady rate, while one endpoint hangs.

    script/bench webhooks [--deliveries 10000] [--rate 100] [--endpoints 10]

Each endpoint gets the same number of deliveries. A real worker sends them, with two processes as in
docker-compose.yml. The benchmark prints the delay of a delivery, from the insertion of its row until its request
arrives: first while all endpoints answer, then while one endpoint hangs (without the deliveries to this one).
There are two baselines. A bare loop of http.client posts the same bodies as fast as it can. After each run, a thread
pool posts a tenth of the deliveries at the same rate, without storing or signing anything.
"""

import argparse
import contextlib
import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from core.ids import uuid7
from core.tenancy import set_tenant_scope
from webhooks.deliveries import MAX_IN_FLIGHT, queue_sender
from webhooks.http_sender import TIMEOUT_SECONDS
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
    with worker():
        measure(BATCH, options.rate, options.endpoints, hangs=False)  # the worker has started now
        for hangs in (False, True):
            print("one endpoint hangs:" if hangs else "all endpoints answer:")
            counts = (options.deliveries, options.rate, options.endpoints)
            report("worker", measure(*counts, hangs=hangs))
            delays = measure_thread_pool(counts[0] // 10, *counts[1:], hangs=hangs)
            report("thread pool", delays)


def report(name: str, delays: list[float]) -> None:
    p50, p95 = (statistics.quantiles(delays, n=100)[n - 1] for n in (50, 95))
    print(
        f"  {name}: {len(delays):,} arrived, delay p50 {p50 * 1e3:.0f} ms,"
        f" p95 {p95 * 1e3:.0f} ms, max {max(delays) * 1e3:.0f} ms",
        flush=True,
    )


@contextmanager
def worker() -> Iterator[None]:
    """Run a worker for the queue `webhooks`, and kill it at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "--app", "cxmap", "--quiet", "worker", "-Q", "webhooks"]
        + ["--concurrency", "2", "--loglevel", "WARNING"],
        env=os.environ | {"WEBHOOKS_ALLOW_LOCALHOST": "1"},
        start_new_session=True,
    )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class ReceivingServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # of connections; with the default of 5, some would be tried again


class Server:
    """A receiver on a port of its own."""

    def __enter__(self) -> "Server":
        self.delays: list[float] = []
        self.ended = threading.Event()
        handler = type("Bound", (Handler,), {"delays": self.delays, "ended": self.ended})
        self.server = ReceivingServer(("127.0.0.1", 0), handler)
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


def measure_thread_pool(deliveries: int, rate: int, endpoints: int, *, hangs: bool) -> list[float]:
    """Return the delays of posts from a thread pool as large as a worker's limit of requests in flight."""
    with Server() as server, ThreadPoolExecutor(MAX_IN_FLIGHT) as pool:
        for n in range(deliveries):
            path = "/hang" if hangs and n % endpoints == 0 else "/ok"
            pool.submit(post, server.port, path, json.dumps({"at": time.time()}))
            time.sleep(1 / rate)
        wait_for(server, deliveries * (endpoints - hangs) // endpoints)
        server.ended.set()
        return list(server.delays)


def post(port: int, path: str, body: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    with contextlib.suppress(TimeoutError):
        connection.request("POST", path, body)
        connection.getresponse().read()
    connection.close()


def wait_for(server: "Server", expected: int) -> None:
    """Wait until the expected requests have arrived. Wake the worker meanwhile, because no scheduler runs here."""
    while len(server.delays) < expected:
        queue_sender()
        time.sleep(0.05)


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
        for start in range(0, deliveries, BATCH):
            began = time.perf_counter()
            write(rows, range(start, start + BATCH))
            queue_sender()
            time.sleep(max(0, BATCH / rate - (time.perf_counter() - began)))
        wait_for(server, deliveries * (endpoints - hangs) // endpoints)
        return list(server.delays)


def write(endpoints: list[Endpoint], numbers: range) -> None:
    at = time.time()
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
