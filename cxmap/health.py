"""What a load balancer asks: does the process live, and can it serve?"""

import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse


def livez(request: HttpRequest) -> JsonResponse:
    """The process answers. Nothing else is asked."""
    return JsonResponse({"alive": True})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when PostgreSQL answers, migrations current; whether Redis is down is told."""
    database = _database()
    state = {"database": database, "redis": _redis()}
    return JsonResponse(state, status=200 if database == "up" else 503)


def _database() -> str:
    try:
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, InterfaceError):
        return "down"
    return "migrations pending" if behind else "up"


def _redis() -> str:
    try:
        redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=0.25, socket_connect_timeout=0.25
        ).ping()
    except redis.RedisError:
        return "down"
    return "up"
