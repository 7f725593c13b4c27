"""Parse whole numbers in query parameters and other text."""

import re

from core.errors import InvalidRequest

MAX_BIGINT = 2**63 - 1
DIGITS = re.compile(r"0|[1-9][0-9]{0,18}")  # no sign, spaces, leading zeros or other scripts


def parse_integer(text: str, minimum: int = 0, maximum: int = MAX_BIGINT) -> int | None:
    """Return the whole number in a text, or None if it is invalid or out of range."""
    if not DIGITS.fullmatch(text):
        return None
    number = int(text)
    return number if minimum <= number <= maximum else None


def read_integer(text: str, pointer: str, minimum: int = 0, maximum: int = MAX_BIGINT) -> int:
    """Return the whole number in a text. Raise InvalidRequest if it is invalid or out of range."""
    number = parse_integer(text, minimum, maximum)
    if number is None:
        raise InvalidRequest.at(
            pointer, "range", f"Send a whole number from {minimum} to {maximum}."
        )
    return number
