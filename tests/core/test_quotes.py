"""Quotation marks around what people say."""

import pytest

from core.quotes import in_quotes


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Is it ready?", "“Is it ready?”"),
        ("“Is it ready?”", "“Is it ready?”"),
        ("«Tout va bien»", "«Tout va bien»"),
        ("“Ready” at three", "““Ready” at three”"),
        ("’Tis", "“’Tis”"),
        ('"', '“"”'),
    ],
)
def test_a_text_has_one_pair_of_quotation_marks(typed: str, shown: str):
    assert in_quotes(typed) == shown
