"""Create and parse ids: UUIDs of version 7 (RFC 9562), which sort by time of creation.

Because of their order, indexes grow at one end only.
"""

import os
import re
import time
from typing import Any
from uuid import UUID

from core.errors import InvalidRequest

CANONICAL_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)


def uuid7() -> UUID:
    """Return a new UUIDv7: 48 bits of Unix milliseconds, then 74 random bits."""
    millis = time.time_ns() // 1_000_000
    return _uuid7((millis & 0xFFFFFFFFFFFF) << 80 | int.from_bytes(os.urandom(10), "big"))


def derive_uuid7(base: UUID, source: UUID) -> UUID:
    """Return a UUIDv7 with the timestamp of `base` and the random bits of `source`.

    The same arguments give the same id, unless `base` isn't a UUIDv7. In that case it has no
    timestamp, and the current time is used.
    """
    clock = base if is_uuid7(base) else uuid7()
    return _uuid7(clock.int >> 80 << 80 | source.int & (1 << 80) - 1)


def _uuid7(value: int) -> UUID:
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def is_uuid7(value: UUID) -> bool:
    return value.version == 7  # None unless the variant is RFC 9562's


def parse_uuid(text: object) -> UUID:
    """Return the UUID in a text. Raise ValueError unless the text is in canonical form.

    UUID() would also accept braces, `urn:uuid:`, misplaced dashes and digits of other scripts.
    """
    if not isinstance(text, str) or not CANONICAL_UUID.fullmatch(text):
        raise ValueError("not a UUID in its canonical form")
    return UUID(text)


def find_uuid(text: object) -> UUID | None:
    """Return the UUID in a text, or None if the text isn't a UUID in canonical form."""
    try:
        return parse_uuid(text)
    except ValueError:
        return None


def read_uuid(value: Any, at: str) -> UUID:
    """Return the UUID in a JSON value. Raise InvalidRequest if it isn't one."""
    try:
        return parse_uuid(value)
    except ValueError:
        raise InvalidRequest.at(at, "uuid", "Send an id (a UUID).") from None


def read_new_id(value: Any, at: str) -> UUID:
    """Return the id that a client chose for a new record. Raise InvalidRequest unless it is a UUIDv7."""
    record_id = read_uuid(value, at)
    if not is_uuid7(record_id):
        raise InvalidRequest.at(
            at, "uuid7", "Send a UUID of version 7, or omit the id to have one generated."
        )
    return record_id
