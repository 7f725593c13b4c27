"""The current time for services. It can be overridden to write a history after the fact."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """Return the overridden time inside `telling`, otherwise the current time. Services use it for all timestamps."""
    return chosen_moment() or timezone.now()


def chosen_moment() -> datetime | None:
    """Return the time set by `telling`, or None."""
    return _moment.get()


@contextmanager
def telling(moment: datetime) -> Iterator[None]:
    """Override the time that services write inside the block. `moment` must be aware.

    For histories that are written after the fact, such as the demo's. Write them in chronological order: the log of a
    workspace never goes backwards, so a time before the last change is replaced by one just after it.
    """
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
