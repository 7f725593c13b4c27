"""What a load balancer asks: does the process live, and can it serve?"""

import shutil
from pathlib import Path

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from changes.live import client, last_sweep_seconds
from workspaces.errors import disk_was_full_within

MIN_FREE_BYTES = 64 * 1024 * 1024  # four segments of PostgreSQL's log of writes
DISK_FULL_SECONDS = 60  # after the last write that was refused for want of space
MAX_SWEEP_SECONDS = 30  # six sweeps (settings.CELERY_BEAT_SCHEDULE)


def livez(request: HttpRequest) -> JsonResponse:
    """The process answers. Nothing else is asked."""
    return JsonResponse({"alive": True})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 where requests can be served: the database is up and migrated; else 503.

    `status` is "ok", or "degraded" and what is not as it should be: `disk` (writes are or soon will
    be refused), `redis` (sockets fall back to polling), `sweep` (no worker or no beat runs: flags
    and mail are late).
    """
    database = database_state()
    checks = {"redis": _redis(), "disk": _disk(), "sweep": _sweep()}
    wrong = [name for name, state in checks.items() if state != "up"]
    status = f"degraded: {', '.join(wrong)}" if wrong else "ok"
    if database != "up":
        status = f"unavailable: {database if database != 'down' else 'database'}"
    answer = {"status": status, "database": database, **checks}
    return JsonResponse(answer, status=200 if database == "up" else 503)


def database_state() -> str:
    """Return "up", "down", or "migrations pending" where the code is newer than the database."""
    try:
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return "down"
    return "migrations pending" if behind else "up"


def _redis() -> str:
    try:
        client().ping()
    except redis.RedisError:
        return "down"
    return "up"


def _disk() -> str:
    if disk_was_full_within(DISK_FULL_SECONDS):
        return "full"
    free = shutil.disk_usage(settings.VAR).free if Path(settings.VAR).exists() else None
    return "full" if free is not None and free < MIN_FREE_BYTES else "up"


def _sweep() -> str:
    """Return "up", or how long ago workers last looked for followers that are behind."""
    try:
        seconds = last_sweep_seconds()
    except redis.RedisError:
        return "unknown"
    if seconds is None:
        return "none for an hour"
    return "up" if seconds <= MAX_SWEEP_SECONDS else f"{seconds} s ago"
