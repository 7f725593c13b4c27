"""Runs jobs in the test, and in workers."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from core.tenancy import tenant_scope
from cxmap.celery import app
from workspaces import jobs
from workspaces.files import file_open
from workspaces.models import File, Job


def run(job: Job, slices: int = 99) -> Job:
    """Run this many slices (the first is the plan), or the whole job."""
    for _ in range(slices):
        if not jobs.run_next_slice(job.workspace_id, job.id):
            break
    return again(job)


def again(job: Job) -> Job:
    """Return a job as it is now."""
    with tenant_scope([job.workspace_id]):
        return Job.objects.select_related("result").filter(id=job.id)[0]


def read(file: File) -> bytes:
    with file_open(file) as content:
        return content.read()


def job_queue() -> Iterator[Callable[[], list[str]]]:
    """A fixture: a function that empties the queue and returns its job ids, in order."""
    with app.connection_for_read() as broker:
        channel = broker.default_channel
        channel.queue_purge("work")
        yield lambda: [
            channel.basic_get("work", no_ack=True).decode()[0][1]
            for _ in range(channel._size("work"))
        ]
        channel.queue_purge("work")


@contextmanager
def worker() -> Iterator[None]:
    """Run a Celery worker for the queue of jobs on the test's database, and kill it at the end."""
    at = connection.get_connection_params()
    url = f"postgresql://{at['user']}:{at['password']}@/{at['dbname']}?host={at['host']}"
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "--app", "cxmap", "--quiet", "worker", "-Q", "work"]
        + ["--concurrency", "1", "--loglevel", "WARNING"],
        env=os.environ | {"DATABASE_URL": url},
        start_new_session=True,
    )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
