"""Runs all of cxmap under one process: servers, web, worker and beat. Ctrl+C stops everything."""

import hashlib
import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from cxmap import env
from cxmap.local.binaries import LocalServerError, pdeathsig_prefix
from cxmap.local.servers import LocalServers
from cxmap.local.startup_checks import check_all, check_demo
from workspaces.queries import all_workspace_ids

STOP_TIMEOUT_S = 20  # for a child to stop by itself
STABLE_AFTER_S = 30  # a child that ran this long restarts without a wait
MAX_RESTART_WAIT_S = 5  # so that an outage ends soon after its cause

# glibc gives each thread its own heap, and raises the size above which it returns memory. Without
# these limits, a few large requests would keep their memory forever.
GLIBC = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "131072"}

Process = subprocess.Popen[bytes]
Logger = Callable[[str], None]


@dataclass
class SupervisedProcess:
    """A process that is started again when it dies, after a delay that doubles each time.

    The delay grows up to MAX_RESTART_WAIT_S.
    """

    name: str
    start: Callable[[], Process]
    process: Process | None = None
    started: float = 0
    restart_wait: float = 1
    restart_at: float = 0

    def poll(self, say: Logger) -> None:
        now = time.monotonic()
        if self.process is not None and self.process.poll() is None:
            return
        if self.process is not None:
            if now - self.started > STABLE_AFTER_S:
                self.restart_wait = 1
            self._schedule_restart(f"exited with {self.process.returncode}", say)
        elif now >= self.restart_at:
            self.started = now
            try:
                self.process = self.start()
            except LocalServerError as error:
                self._schedule_restart(str(error), say)

    def _schedule_restart(self, why: str, say: Logger) -> None:
        say(f"{self.name}: {why}; restarting in {self.restart_wait:.0f} s")
        self.process, self.restart_at = None, time.monotonic() + self.restart_wait
        self.restart_wait = min(self.restart_wait * 2, MAX_RESTART_WAIT_S)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def reap(self, deadline: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Command(BaseCommand):
    help = "Start the database, web, worker and beat, for a trial or a single-machine installation."
    requires_system_checks: Any = []
    stealth_options = ("engines",)  # set by cxmap.local.__main__

    def handle(self, *args: Any, engines: LocalServers, **options: Any) -> None:
        check_all(_host())
        call_command("migrate", verbosity=0)
        _collect_static()
        check_demo()
        if settings.DEMO and not all_workspace_ids():
            self.stdout.write("Loading the demo ...")
            self.stdout.flush()
            call_command(
                "demo", stdout=io.StringIO()
            )  # show the welcome message, which explains how to sign in
        self.is_empty = not all_workspace_ids()
        connection.close()
        self._run(engines)

    def _run(self, engines: LocalServers) -> None:
        ending = False

        def end(signum: int, frame: FrameType | None) -> None:
            nonlocal ending
            ending = True

        signal.signal(signal.SIGINT, end)
        signal.signal(signal.SIGTERM, end)
        servers = [
            SupervisedProcess(server.name, server.start, server.process, time.monotonic())
            for server in engines.servers
        ]
        ours = [
            SupervisedProcess(name, _start_command(command))
            for name, command in _commands().items()
        ]
        welcomed = False
        while not ending:
            # Starting a process keeps two cores busy, so the web process starts first.
            for child in [*servers, *(ours if welcomed else ours[:1])]:
                child.poll(self.stderr.write)
            if not welcomed and _listens():
                self._welcome(engines)
                welcomed = True
            time.sleep(0.2)
        for child in ours:
            child.stop()
        deadline = time.monotonic() + STOP_TIMEOUT_S
        for child in ours:
            child.reap(deadline)

    def _welcome(self, engines: LocalServers) -> None:
        if engines.servers and engines.home != settings.VAR:
            self.stdout.write(
                f"The data of PostgreSQL and Redis is in {engines.home}, because their user cannot"
                f" reach {settings.VAR}, which is in a closed folder."
            )
        self.stdout.write(f"\ncxmap is running at {settings.PUBLIC_URL}  (press Ctrl-C to stop)\n")
        note = Path(settings.VAR) / "demo-sign-in.txt"
        if note.exists():
            self.stdout.write(note.read_text())
        if self.is_empty:
            self.stdout.write(
                "There is no workspace yet. Create one: script/manage workspace_create"
            )
        self.stdout.flush()


def _collect_static() -> None:
    """Collect static files, which takes seconds, unless nothing has changed."""
    files = sorted(path for path in (settings.ROOT / "static").rglob("*") if path.is_file())
    file_times = "".join(f"{path} {path.stat().st_mtime_ns}\n" for path in files)
    digest = hashlib.sha256(file_times.encode()).hexdigest()
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    if not stamp.exists() or stamp.read_text() != digest:
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(digest)


def _host() -> str:
    return env.string("HOST", "127.0.0.1")


def _listens() -> bool:
    try:
        socket.create_connection((_host(), settings.PORT), 1).close()
    except OSError:
        return False
    return True


def _commands() -> dict[str, list[str]]:
    # As root, Celery warns at every start. The container and script/server run as root on purpose.
    quiet = ["-W", "ignore:You're running the worker with superuser privileges"]
    celery = [sys.executable, *quiet, "-m", "celery", "--app", "cxmap", "--quiet"]
    return {
        "web": [sys.executable, "-m", "uvicorn", "cxmap.asgi:application"]
        + ["--host", _host(), "--port", str(settings.PORT), "--lifespan", "off"]
        + ["--http", "cxmap.http_protocol:LimitedHTTPProtocol", "--no-proxy-headers"]
        + ["--ws", "cxmap.http_protocol:LimitedWebSocketProtocol", "--ws-max-size", "65536"]
        + ["--ws-per-message-deflate", "false"]
        + ["--limit-concurrency", "900", "--timeout-graceful-shutdown", "10"]
        + ["--log-level", "warning"],
        "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING"],
        "beat": [*celery, "beat", "--loglevel", "WARNING", "--pidfile="]
        + ["--schedule", settings.CELERY_BEAT_SCHEDULE_FILENAME],
    }


def _start_command(command: list[str]) -> Callable[[], Process]:
    """Return a function that starts a command.

    If setpriv is installed, the command ends when this process dies, even if it dies from SIGKILL.
    """
    environment = {**GLIBC, **os.environ}
    return lambda: subprocess.Popen(
        [*pdeathsig_prefix("TERM"), *command], start_new_session=True, env=environment
    )
