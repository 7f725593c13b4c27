"""Parse dates from API clients and forms. The only accepted form is `2026-11-24`."""

import re
from datetime import date

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
YEARS = range(1900, 2201)


def parse_day(text: object) -> date | None:
    """Return the date in a text, or None if it isn't a valid date or its year is out of range.

    The format is checked first, because date.fromisoformat() also accepts week dates (2026-W48-2)
    and dates without dashes.
    """
    if not isinstance(text, str) or not DAY.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None
