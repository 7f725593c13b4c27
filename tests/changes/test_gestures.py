"""Random gestures over every type that ops can write, and some that they can't.

An example is a list of seeds. Each seed creates one gesture from the current records: ops on a
journey or the directory, a gesture over both streams, an undo of any earlier gesture, a retry, or
two concurrent gestures. A refused gesture must leave no trace; an applied one must satisfy the log
invariants.
"""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.support.random_gestures import RandomGestures
from tests.support.record_types import DIRECTORY, WRITABLE


@pytest.mark.slow
@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.integers(0, 2**32), min_size=1, max_size=10))
@example(list(range(60)))
def test_random_gestures_obey_the_laws(db: None, seeds: list[int]):
    play = RandomGestures()
    for seed in seeds:
        play.gesture(seed)
    play.check()


def test_every_type_that_ops_can_write_is_played_with():
    assert WRITABLE.keys() > DIRECTORY
    assert len(WRITABLE) == 14
