"""The time at which something is written: now, or the time of a history that is written afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """Return the time that a service writes and compares with: the chosen moment, or the current time."""
    return chosen_moment() or timezone.now()


def chosen_moment() -> datetime | None:
    """Return the moment set by `telling`, or None."""
    return _moment.get()


@contextmanager
def telling(moment: datetime) -> Iterator[None]:
    """Date what services write in the block as written at `moment`, which must be aware.

    For a history that is written after the fact, such as the demo's. Tell it in order: the log of a
    workspace never goes backwards, so an earlier moment becomes one just after the last change.
    """
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
