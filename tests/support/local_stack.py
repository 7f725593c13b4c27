"""All of cxmap under one parent process, with its own port and state folder."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 300  # seconds to wait for a first start, which builds the demo, on a busy machine


class Instance:
    """One `up` with its own port and state folder."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cxmap-up-"))
        self.folder.chmod(0o711)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        kept = {
            k: v
            for k, v in os.environ.items()
            if k
            not in {"DATABASE_URL", "REDIS_URL", "CXMAP_TEST", "SECRET_KEY", "PYTEST_XDIST_WORKER"}
        }
        self.environment = kept | {"CXMAP_VAR": str(self.folder / "var"), "PORT": str(self.port)}
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> float:
        """Start, and return the seconds until the first response."""
        began = time.monotonic()
        self.process = self.run("up")
        while time.monotonic() - began < PATIENCE:
            if self.process.poll() is not None:
                raise AssertionError(self.process.stdout.read())
            try:
                if self.get("/livez")["alive"]:
                    return time.monotonic() - began
            except OSError:
                time.sleep(0.2)
        raise AssertionError(f"no answer within {PATIENCE} s")

    def run(self, *command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "cxmap.local", *command],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def get(self, path: str, token: str = "", body: object = None):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if body is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": os.urandom(8).hex()}
        request = urllib.request.Request(  # noqa: S310  (our own server)
            f"http://127.0.0.1:{self.port}{path}",
            json.dumps(body).encode() if body is not None else None,
            headers,
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return json.load(answer)

    def stop(self, how: int = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(40)

    def left(self) -> dict[int, str]:
        """Return the command lines of this instance's remaining processes, by process id."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                environment = (entry / "environ").read_bytes().decode(errors="replace")
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if str(self.folder) in environment + command and command:
                found[int(entry.name)] = command
        return found

    def await_nothing_left(self) -> None:
        for _ in range(100):
            if not self.left():
                return
            time.sleep(0.2)
        raise AssertionError(self.left())


@pytest.fixture
def instance() -> Iterator[Instance]:
    one = Instance()
    yield one
    if one.process and one.process.poll() is None:
        one.stop(signal.SIGKILL)
    one.await_nothing_left()
    shutil.rmtree(one.folder, ignore_errors=True)
