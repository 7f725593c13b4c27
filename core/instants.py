"""Format and parse points in time for the API, the log and sockets: RFC 3339, in UTC."""

import re
from datetime import UTC, datetime

RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})"
)
YEARS = range(1900, 2201)


def format_instant(at: datetime) -> str:
    """Return an aware datetime in canonical form: UTC, six fractional digits, `Z`."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def parse_instant(value: object) -> datetime | None:
    """Return the time in an RFC 3339 text, in UTC. Return None if it is invalid or out of range.

    Digits after the microseconds are dropped, because some languages write nanoseconds.
    """
    if not isinstance(value, str) or not RFC3339.fullmatch(value):
        return None
    try:
        at = datetime.fromisoformat(value)
        return at.astimezone(UTC) if at.year in YEARS else None
    except (ValueError, OverflowError):
        return None
