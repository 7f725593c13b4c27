import json
import random
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from core.fractional_index import (
    DIGITS,
    FIRST_KEY,
    MAX_KEY_LENGTH,
    is_sorted,
    key_between,
    keys_between,
)


def grow(seed: int, count: int) -> list[str]:
    """Insert keys at random positions, often next to the last one, as people do."""
    chance, keys, at = random.Random(seed), [], 0
    for _ in range(count):
        at = at if chance.random() < 0.3 else chance.randint(0, len(keys))
        before = keys[at - 1] if at else None
        keys.insert(at, key_between(before, keys[at] if at < len(keys) else None))
    return keys


def test_ten_thousand_keys_sort_alike_in_python_and_sql(db):
    keys = [key for seed in range(10) for key in grow(seed, 1000)]
    with connection.cursor() as cursor:
        cursor.execute('SELECT k FROM unnest(%s) AS k ORDER BY k COLLATE "C"', [keys])
        assert [k for (k,) in cursor.fetchall()] == sorted(keys)


@pytest.mark.parametrize("seed", range(20))
def test_keys_stay_in_order_wherever_one_is_put(seed):
    keys = grow(seed, 400)
    assert is_sorted(keys)
    assert all(set(key) <= set(DIGITS) for key in keys)


@given(st.lists(st.integers(0, 2**16), max_size=60), st.data())
def test_between_any_two_there_is_room(places, data):
    keys = []
    for place in places:
        at = place % (len(keys) + 1)
        keys.insert(
            at, key_between(keys[at - 1] if at else None, keys[at] if at < len(keys) else None)
        )
    assert is_sorted(keys)
    if len(keys) > 1:
        at = data.draw(st.integers(1, len(keys) - 1))
        many = keys_between(data.draw(st.integers(0, 40)), keys[at - 1], keys[at])
        assert is_sorted([keys[at - 1], *many, keys[at]])


@pytest.mark.parametrize("end", ["first", "last"])
def test_keys_at_the_ends_stay_short(end):
    key = FIRST_KEY
    for _ in range(50_000):
        key = key_between(None, key) if end == "first" else key_between(key, None)
    assert len(key) <= 5


def test_a_thousand_at_once_are_short_and_in_order():
    for before, after in ((None, None), ("n0", "n1"), (None, "n0"), ("nz", None)):
        keys = keys_between(1000, before, after)
        assert is_sorted([*([before] if before else []), *keys, *([after] if after else [])])
        assert max(map(len, keys)) < MAX_KEY_LENGTH / 2


@pytest.mark.parametrize(("before", "after"), [("n1", "n0"), ("n0", "n0")])
def test_neighbours_out_of_order_are_refused(before, after):
    with pytest.raises(ValueError, match="does not sort before"):
        key_between(before, after)


def test_the_shared_vectors_are_what_it_says() -> None:
    """The browser uses the same rules for provisional keys (model/fractionalIndex.test.ts)."""
    vectors = json.loads((Path(__file__).parent / "order_vectors.json").read_text())
    for before, after, key in vectors["between"]:
        assert key_between(before, after) == key
    assert sorted(vectors["sorted"]) == vectors["sorted"]
