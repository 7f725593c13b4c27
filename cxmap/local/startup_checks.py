"""Checks at startup. The message of a failure is one line that says what is wrong and what to do."""

import socket

import redis
from django.conf import settings
from django.core.management.base import CommandError
from django.db import OperationalError, connection

from core.redis_client import create_redis
from cxmap.local.binaries import MIN_POSTGRES_VERSION
from journey_templates.demo.sign_in import has_published_password


def check_all(host: str) -> None:
    """Raise CommandError for the first check that fails."""
    check_port(host)
    check_database()
    check_redis()


def check_port(host: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, settings.PORT))
        except OSError as error:
            raise CommandError(
                f"Port {settings.PORT} on {host} is not available ({error.strerror})."
                " Use another: PORT=8001 script/server"
            ) from None


def check_database() -> None:
    """Raise CommandError unless PostgreSQL answers and is recent enough.

    cxmap.postgres checks the role and row-level security.
    """
    try:
        connection.ensure_connection()
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise CommandError(f"PostgreSQL does not answer: {reason}. See DATABASE_URL.") from None
    version = connection.get_database_version()[0]
    if version < MIN_POSTGRES_VERSION:
        raise CommandError(
            f"DATABASE_URL names a PostgreSQL {version}. Use {MIN_POSTGRES_VERSION} or newer."
        )


def check_demo() -> None:
    """Raise CommandError if a demo user of a public instance has the published password."""
    if settings.IS_PUBLIC and has_published_password():
        raise CommandError(
            "Some demo users still have the published password of earlier versions."
            " Set a new one: script/manage demo --new-password"
        )


def check_redis() -> None:
    """Raise CommandError unless Redis answers and is configured never to evict keys."""
    client = create_redis(timeout_seconds=3)
    try:
        policy = client.config_get("maxmemory-policy").get("maxmemory-policy", "noeviction")
    except redis.ResponseError:
        return  # a hosted Redis that hides its configuration
    except redis.RedisError as error:
        raise CommandError(f"Redis does not answer: {error} See REDIS_URL.") from None
    finally:
        client.close()
    if policy != "noeviction":
        raise CommandError(
            f"Redis would delete queued tasks when it is full (maxmemory-policy is {policy})."
            " Set maxmemory-policy to noeviction."
        )
