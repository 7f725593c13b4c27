"""Integers are accepted only in canonical notation."""

import pytest

from core.errors import InvalidRequest
from core.integers import MAX_BIGINT, parse_integer, read_integer


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", " 1", "1 ", "1\n", "01", "00", "1.0", "1e3", "1_0", "0x1", "١", "²"]
)
def test_anything_but_plain_digits_is_no_number(text: str) -> None:
    assert parse_integer(text) is None


def test_the_range_is_inclusive_and_any_length_is_read() -> None:
    assert [parse_integer(text, 1, 200) for text in ("0", "1", "200", "201")] == [
        None,
        1,
        200,
        None,
    ]
    assert parse_integer(str(MAX_BIGINT)) == MAX_BIGINT
    assert parse_integer(str(MAX_BIGINT + 1)) is None
    assert parse_integer("9" * 5000) is None


def test_a_refusal_points_at_the_number_and_says_the_range() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        read_integer("0" * 20 + "5", "?limit", 1, 200)
    assert refusal.value.errors[0].pointer == "?limit"
    assert refusal.value.detail == "Send a whole number from 1 to 200."
