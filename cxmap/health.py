"""Health checks for load balancers: liveness and readiness."""

import shutil
from functools import cache

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse

from changes.publish import seconds_since_sweep
from core.errors import was_disk_full_within
from core.redis_client import get_redis
from cxmap.local.servers import data_dir_for

MIN_FREE_BYTES = 64 * 1024 * 1024  # four segments of PostgreSQL's write-ahead log
DISK_FULL_SECONDS = 60  # since the last write that failed because the disk was full
MAX_SWEEP_SECONDS = 30  # six sweeps (changes/apps.py)


def livez(request: HttpRequest) -> JsonResponse:
    """Return 200 if the process responds. Nothing else is checked."""
    return JsonResponse({"alive": True})


def readyz(request: HttpRequest) -> JsonResponse:
    """Return 200 if requests can be served (the database is up and migrated), otherwise 503.

    `status` is "ok", or "degraded: ..." with the checks that failed: `disk` (writes fail or soon
    will), `redis` (clients poll instead of using sockets), `sweep` (no worker or no beat is
    running, so flags and e-mail are late). With 503, it is "unavailable: ..." with the reason.
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
    """Return "up", "down" or "migrations pending".

    Migrations are pending if the code has some that the database lacks.
    """
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except Error:
        return "down"
    return "up" if known_migrations() <= applied.keys() else "migrations pending"


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """Return all migrations in the code. Cached, because anyone can call the endpoint."""
    return frozenset(MigrationLoader(None).graph.nodes)


def _redis() -> str:
    try:
        get_redis().ping()
    except redis.RedisError:
        return "down"
    return "up"


def _disk() -> str:
    if was_disk_full_within(DISK_FULL_SECONDS):
        return "full"
    # The data is outside the state folder if the servers' user cannot reach that folder.
    folders = [path for path in {settings.VAR, data_dir_for(settings.VAR)} if path.exists()]
    free = [shutil.disk_usage(path).free for path in folders]
    return "full" if free and min(free) < MIN_FREE_BYTES else "up"


def _sweep() -> str:
    """Return "up", how long ago workers last searched for followers that are behind, or "unknown".

    It is unknown while Redis is unavailable.
    """
    try:
        seconds = seconds_since_sweep()
    except redis.RedisError:
        return "unknown"
    if seconds is None:
        return "none for an hour"
    return "up" if seconds <= MAX_SWEEP_SECONDS else f"{seconds} s ago"
