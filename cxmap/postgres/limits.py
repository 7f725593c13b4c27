"""The time limits of the database connection, and a way to lift them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

TIME_LIMITS = ("statement_timeout", "idle_in_transaction_session_timeout")


@contextmanager
def without_time_limits() -> Iterator[None]:
    """Lift the time limits of statements and transactions, for migrations, backups and restores."""
    _set_each("SET {} = 0")
    try:
        yield
    finally:
        _set_each("RESET {}")


def _set_each(statement: str) -> None:
    with connection.cursor() as cursor:
        for name in TIME_LIMITS:
            cursor.execute(statement.format(name))
