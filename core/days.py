"""Days as programs and forms send them: `2026-11-24` and nothing else."""

import re
from datetime import date

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
YEARS = range(1900, 2201)


def parse_day(text: object) -> date | None:
    """Return the day that a text is, or None.

    Python's own parser also takes week dates (2026-W48-2) and days without dashes.
    """
    if not isinstance(text, str) or not DAY.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None
