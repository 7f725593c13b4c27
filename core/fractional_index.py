"""Fractional index keys: strings between any two of which there is room for another key.

A key is an integer part and an optional fraction, in the digits 0-9a-z. The first letter gives the
number of digits of the integer part. For zero and above, `n` means one digit, `o` two, and so on up
to `z`, thirteen. Below zero, `m` means one digit, `l` two, and so on down to `a`, thirteen. A new
first or last key needs only the next integer, so keys stay short. Only a new key between two
neighbors needs a fraction. Keys are compared as bytes. Based on D. Greenspan's "Implementing
fractional indexing", but only in lower case, because most collations sort mixed case differently.
"""

from itertools import pairwise

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
FIRST_KEY = "n0"
MAX_KEY_LENGTH = 40  # the recorder gives a cell new keys when one is longer than this


def key_between(before: str | None, after: str | None) -> str:
    """Return a key that sorts between `before` and `after`, either of which may be None (no limit).

    Raise ValueError unless `before` sorts before `after`.
    """
    if before is not None and after is not None and before >= after:
        raise ValueError(f"{before!r} does not sort before {after!r}")
    if before is None:
        return FIRST_KEY if after is None else _below(after)
    if after is None:
        return _step(_integer(before), +1)
    integer, fraction = _split(before)
    if _integer(after) == integer:
        return integer + _midpoint(fraction, after[len(integer) :])
    following = _step(integer, +1)
    return following if following < after else integer + _midpoint(fraction, None)


def keys_between(count: int, before: str | None = None, after: str | None = None) -> list[str]:
    """Return `count` ascending keys between two keys, either of which may be None (no limit).

    Without `after`, the keys are appended one by one. Otherwise, the gap is bisected to keep the
    keys short.
    """
    if count == 0:
        return []
    if after is None:
        keys: list[str] = []
        for _ in range(count):
            before = key_between(before, None)
            keys.append(before)
        return keys
    middle = key_between(before, after)
    left = count // 2
    return [
        *keys_between(left, before, middle),
        middle,
        *keys_between(count - left - 1, middle, after),
    ]


def is_sorted(keys: list[str]) -> bool:
    return all(left < right for left, right in pairwise(keys))


def _integer_length(head: str) -> int:
    return ord(head) - ord("n") + 2 if head >= "n" else ord("m") - ord(head) + 2


def _integer(key: str) -> str:
    return key[: _integer_length(key[0])]


def _split(key: str) -> tuple[str, str]:
    integer = _integer(key)
    return integer, key[len(integer) :]


def _below(key: str) -> str:
    integer, fraction = _split(key)
    return integer if fraction else _step(integer, -1)


def _step(integer: str, by: int) -> str:
    """Return the next or previous integer part. Raise ValueError after about 36**13 steps."""
    head, digits = integer[0], integer[1:]
    value = int(digits, 36) + by
    if 0 <= value < 36 ** len(digits):
        return head + _base36(value, len(digits))
    head = chr(ord(head) + by)
    if not "a" <= head <= "z":
        raise ValueError("no more keys are available at this end")
    length = _integer_length(head) - 1
    return head + (DIGITS[0] if by > 0 else DIGITS[-1]) * length


def _base36(value: int, length: int) -> str:
    digits = ""
    for _ in range(length):
        value, digit = divmod(value, 36)
        digits = DIGITS[digit] + digits
    return digits


def _midpoint(low: str, high: str | None) -> str:
    """Return the shortest fraction between two fractions.

    No fraction ends in 0, so there is always room for another one before it.
    """
    if high is not None:
        shared = 0
        while shared < len(high) and (low[shared : shared + 1] or "0") == high[shared]:
            shared += 1
        if shared:
            return high[:shared] + _midpoint(low[shared:], high[shared:])
    first = DIGITS.index(low[0]) if low else 0
    last = DIGITS.index(high[0]) if high is not None else len(DIGITS)
    if last - first > 1:
        return DIGITS[(first + last) // 2]
    if high is not None and len(high) > 1:
        return high[0]
    return DIGITS[first] + _midpoint(low[1:], None)
