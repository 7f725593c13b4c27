"""Two web processes and two workers, as on two machines, with one PostgreSQL and one Redis."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection

from cxmap.local.servers import Redis
from cxmap.management.commands import up

START_TIMEOUT_S = 60


class Process:
    """A process as `up` starts it, and the processes that it starts."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.command, self.environment = command, environment
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command, env=os.environ | self.environment, start_new_session=True
        )

    def kill(self) -> None:
        """Kill it without warning, and what it started."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Web(Process):
    def __init__(self, environment: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        words = [str(self.port) if w == str(settings.PORT) else w for w in up._commands()["web"]]
        super().__init__(words, environment | {"PORT": str(self.port)})

    def is_up(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Deployment:
    """The processes. They use this test's database, and a Redis that no other test uses."""

    def __init__(self, redis: Redis) -> None:
        database = urlsplit(os.environ["DATABASE_URL"])
        name = connection.settings_dict["NAME"]
        environment = {
            "DATABASE_URL": database._replace(path=f"/{name}").geturl(),
            "REDIS_URL": redis.url,
        }
        broker = redis.url.replace("unix://", "redis+socket://")
        self.celery = Celery(broker=broker, set_as_current=False)
        worker = up._commands()["worker"]
        self.webs = [Web(environment) for _ in range(2)]
        self.workers = [
            Process([*worker, "--hostname", f"{number}@test"], environment) for number in range(2)
        ]

    def wait(self) -> None:
        """Wait until both web processes and both workers answer."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while not (all(web.is_up() for web in self.webs) and self._workers_up() == 2):
            if time.monotonic() > deadline:
                raise RuntimeError("the processes don't answer")
            time.sleep(0.1)

    def _workers_up(self) -> int:
        return len(self.celery.control.ping(timeout=0.5, limit=2))

    def stop(self) -> None:
        for process in [*self.webs, *self.workers]:
            process.kill()


@pytest.fixture
def deployment(db: None) -> Iterator[Deployment]:
    home = Path(tempfile.mkdtemp(prefix="cxmap-deployment-"))
    home.chmod(0o711)
    redis = Redis(home / "var", throwaway=True)
    redis.start()
    running = Deployment(redis)
    try:
        running.wait()
        yield running
    finally:
        running.stop()
        redis.stop()
        shutil.rmtree(home, ignore_errors=True)
