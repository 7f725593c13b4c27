"""Memory of a web process during mixed requests. There is no baseline.

    PORT=8001 script/bench memory [--requests 10000] [--clients 20]

Half of the requests are malformed or malicious. The memory must level off: during the last fifth
of the requests, it may grow by only a few megabytes.
"""

import argparse
import http.client
import json
import os
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.conf import settings
from django.db import connection

from bench.edits import Case, prepare
from cxmap.management.commands.up import GLIBC
from workspaces.access import system_actor
from workspaces.services import token_create

STEPS = 5
Request = tuple[str, str, bytes | None, dict[str, str]]


def requests(case: Case, token: str) -> Iterator[Request]:
    """Yield one round of requests, as API clients, browsers and attackers send them."""
    _, journey, _ = case
    good = {"Authorization": f"Bearer {token}"}
    write = {**good, "Content-Type": "application/json"}
    write["Idempotency-Key"] = secrets.token_hex(8)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    yield "GET", f"/api/v1/journeys/{journey}/snapshot", None, good
    yield "GET", "/api/v1/openapi.json", None, {}
    yield "GET", "/accounts/login/", None, {}
    yield "GET", f"/{secrets.token_hex(500)}/", None, {"Cookie": f"sessionid={secrets.token_hex()}"}
    yield "GET", "/api/v1/me", None, {"Authorization": f"Bearer {secrets.token_hex()}"}
    yield "POST", "/accounts/login/", b"login=" + b"x" * 50_000, form
    yield "POST", f"/api/v1/journeys/{journey}/edits", b"[" * 200_000, write
    wide = json.dumps({"items": [{"title": "x" * 40}] * 30_000}).encode()
    yield "POST", "/api/v1/touchpoints/batch", wide, write
    yield "POST", "/api/v1/me", b"x" * 3_000_000, good


def send_rounds(case: Case, token: str, rounds: int) -> Counter[int]:
    statuses: Counter[int] = Counter()
    for _ in range(rounds):
        for method, path, body, headers in requests(case, token):
            link = http.client.HTTPConnection("127.0.0.1", settings.PORT, timeout=60)
            link.request(method, path, body, headers)
            answer = link.getresponse()
            answer.read()
            link.close()
            statuses[answer.status] += 1
    return statuses


def megabytes(process: subprocess.Popen[bytes], field: str) -> float:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split(f"{field}:")[1].split()[0]) / 1024


def serve() -> subprocess.Popen[bytes]:
    """Start a web process and wait until it answers."""
    options = "--lifespan off --no-proxy-headers --no-access-log --log-level error"
    protocol = "--http cxmap.http_protocol:LimitedHTTPProtocol"
    command = f"-m uvicorn cxmap.asgi:application --port {settings.PORT} {options} {protocol}"
    quiet = {**GLIBC, **os.environ}
    errors = subprocess.DEVNULL  # one line for each rejected request
    process = subprocess.Popen([sys.executable, *command.split()], env=quiet, stderr=errors)
    while process.poll() is None:
        try:
            http.client.HTTPConnection("127.0.0.1", settings.PORT, timeout=5).connect()
        except OSError:
            time.sleep(0.1)
        else:
            return process
    raise SystemExit("The web process did not start. Is the port free? Set another PORT.")


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench memory")
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=20)
    given = parser.parse_args()
    (case,) = prepare(1)
    scopes = ["maps:read", "maps:write", "touchpoints:read", "touchpoints:write"]
    _, token = token_create(actor=system_actor(case[0]), kind="svc", name="bench", scopes=scopes)
    connection.close()
    per_round = len(list(requests(case, token)))
    rounds = max(1, given.requests // (STEPS * given.clients * per_round))
    process = serve()
    try:
        print(f"at the start: {megabytes(process, 'VmRSS'):.0f} MB", flush=True)
        statuses: Counter[int] = Counter()
        with ThreadPoolExecutor(given.clients) as clients:
            for _ in range(STEPS):
                work = [
                    clients.submit(send_rounds, case, token, rounds) for _ in range(given.clients)
                ]
                statuses.update(sum((future.result() for future in work), Counter()))
                print(
                    f"after {statuses.total():,}: {megabytes(process, 'VmRSS'):.0f} MB", flush=True
                )
        print(f"at most: {megabytes(process, 'VmHWM'):.0f} MB; answers: {dict(statuses)}")
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
