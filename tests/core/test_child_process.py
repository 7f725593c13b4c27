"""Child processes: results, limits, and crashes."""

import os
import time
from collections.abc import Callable
from typing import Any

import pytest

from core import child_process
from core.child_process import ChildProcessFailed, Limits, run_in_child_process


def test_the_result_comes_back_and_secrets_stay_here(monkeypatch: Any):
    monkeypatch.setattr(child_process, "POLL_SECONDS", 0.01)  # sooner than the child reads
    content = b"\r\n\0\xff" * 99_999
    assert run_in_child_process(bytes, content, limits=Limits(seconds=10)) == content
    monkeypatch.setenv("SECRET_KEY", "a secret")
    assert run_in_child_process(os.getenvb, b"SECRET_KEY", b"-", limits=Limits()) == b"-"


@pytest.mark.parametrize(
    ("function", "argument", "message"),
    [
        (bytes, 2**40, "needs more than 512 MB of memory"),
        (time.sleep, 60, "took longer than 1 second"),
        (os.abort, None, "Something went wrong"),
    ],
)
def test_a_child_that_exceeds_a_limit_or_dies_says_so(
    function: Callable[..., bytes], argument: Any, message: str
):
    args = [] if argument is None else [argument]
    with pytest.raises(ChildProcessFailed, match=message):
        run_in_child_process(function, *args, limits=Limits(megabytes=512, seconds=1))
