"""Run the whole product under one parent: engines, web, worker, beat. Ctrl-C stops everything."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from workspaces.queries import all_workspace_ids

GRACE = 20  # seconds a child has to end by itself
CALM = 30  # a child that lived this long starts again without waiting
LONGEST_WAIT = 30


@dataclass
class Child:
    """A process that is started again when it dies, after a wait that doubles each time."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0
    wait: float = 1
    due: float = field(default=0)

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, start_new_session=True)
        self.started = time.monotonic()

    def look_after(self, say: Callable[[str], None]) -> None:
        now = time.monotonic()
        if self.process is not None and self.process.poll() is None:
            return
        if self.process is not None:
            if now - self.started > CALM:
                self.wait = 1
            say(f"{self.name} ended with {self.process.returncode}; again in {self.wait:.0f} s")
            self.process, self.due = None, now + self.wait
            self.wait = min(self.wait * 2, LONGEST_WAIT)
        elif now >= self.due:
            self.start()

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
    help = "Start everything: database, web, worker and beat. For trying and for one machine."
    requires_system_checks: Any = []

    def handle(self, *args: Any, **options: Any) -> None:
        self._refuse_superuser()
        self._refuse_taken_port()
        call_command("migrate", verbosity=0)
        _collect_static()
        if not all_workspace_ids():
            self.stdout.write("Loading the demo ...")
            call_command("demo")
        connection.close()
        self._run()

    def _refuse_superuser(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = user")
            if cursor.fetchone() == (True,):
                raise CommandError(
                    "DATABASE_URL names a superuser, whom row security does not bind."
                    " Use an ordinary role that owns the database."
                )

    def _refuse_taken_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((_host(), settings.PORT))
            except OSError:
                raise CommandError(
                    f"Port {settings.PORT} is taken. Set another: PORT=8001 script/server"
                ) from None

    def _run(self) -> None:
        children = [Child(name, _bound(command)) for name, command in _commands().items()]
        ending = False

        def end(signum: int, frame: FrameType | None) -> None:
            nonlocal ending
            ending = True

        signal.signal(signal.SIGINT, end)
        signal.signal(signal.SIGTERM, end)
        for child in children:
            child.start()
        self._welcome()
        while not ending:
            for child in children:
                child.look_after(self.stderr.write)
            time.sleep(0.2)
        for child in children:
            child.stop()
        deadline = time.monotonic() + GRACE
        for child in children:
            child.reap(deadline)

    def _welcome(self) -> None:
        note = Path(settings.VAR) / "demo-sign-in.txt"
        self.stdout.write(f"\ncxmap listens on {settings.PUBLIC_URL}  (Ctrl-C stops everything)\n")
        if note.exists():
            self.stdout.write(note.read_text())
        self.stdout.flush()


def _collect_static() -> None:
    """Collect static files, unless what was collected is what is there now (it takes seconds)."""
    files = sorted(path for path in (settings.ROOT / "static").rglob("*") if path.is_file())
    told = "".join(f"{path} {path.stat().st_mtime_ns}\n" for path in files)
    digest = hashlib.sha256(told.encode()).hexdigest()
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    if not stamp.exists() or stamp.read_text() != digest:
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(digest)


def _host() -> str:
    return os.environ.get("HOST", "127.0.0.1")


def _commands() -> dict[str, list[str]]:
    # As root Celery warns at every start; the container and script/server know what they do.
    quiet = ["-W", "ignore:You're running the worker with superuser privileges"]
    celery = [sys.executable, *quiet, "-m", "celery", "--app", "cxmap", "--quiet"]
    return {
        "web": [sys.executable, "-m", "uvicorn", "cxmap.asgi:application"]
        + ["--host", _host(), "--port", str(settings.PORT), "--lifespan", "off"]
        + ["--limit-concurrency", "80", "--timeout-graceful-shutdown", "10"]
        + ["--log-level", "warning"],
        "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING"],
        "beat": [*celery, "beat", "--loglevel", "WARNING", "--pidfile="]
        + ["--schedule", settings.CELERY_BEAT_SCHEDULE_FILENAME],
    }


def _bound(command: list[str]) -> list[str]:
    """Return the command tied to this process, so that not even a SIGKILL leaves it behind."""
    return ["setpriv", "--pdeathsig", "TERM", *command] if sys.platform == "linux" else command
