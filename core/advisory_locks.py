"""PostgreSQL advisory locks, for work that takes longer than a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error, connection


@contextmanager
def advisory_lock(name: str, key: str, *, wait: bool) -> Iterator[bool]:
    """Hold an advisory lock on this database connection. Yield whether it was acquired.

    Without `wait`, yield False at once if another connection holds the lock. With `wait`, wait for
    the lock and yield True; a wait beyond `lock_timeout` raises OperationalError. The lock ends
    with its connection, so a process that was killed doesn't block others.
    """
    function = "pg_advisory_lock" if wait else "pg_try_advisory_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtext(%s), hashtext(%s))", [name, key])
        is_ours = wait or cursor.fetchone()[0]
    try:
        yield is_ours
    finally:
        if is_ours:
            with suppress(Error), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s), hashtext(%s))", [name, key])
