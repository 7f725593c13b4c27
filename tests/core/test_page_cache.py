"""The cache of rendered pages: bounded, and rendering each page once."""

import gzip
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from core.errors import Unavailable
from core.page_cache import MAX_QUEUED_RENDERS, PageCache, get_or_render


def test_many_at_once_render_it_once():
    cache, renders, all_there = PageCache(), [], Barrier(8)

    def render() -> tuple[str, str]:
        renders.append(1)
        return "key", "text"

    def ask(_: int) -> bytes:
        all_there.wait(30)
        return get_or_render(cache, "link", lambda: "key", render)

    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(ask, range(8)))
    assert {gzip.decompress(body) for body in bodies} == {b"text"}
    assert len(renders) == 1


def test_no_more_than_a_few_wait_for_one_link():
    cache, rendering, go_on = PageCache(), Event(), Event()

    def hold() -> None:
        with cache.turn("link"):
            rendering.set()
            go_on.wait(30)

    def wait() -> bool:
        try:
            with cache.turn("link"):
                return True
        except Unavailable:
            refused.set()
            return False

    refused = Event()
    with ThreadPoolExecutor(MAX_QUEUED_RENDERS + 2) as pool:
        pool.submit(hold)
        assert rendering.wait(30)
        waiting = [pool.submit(wait) for _ in range(MAX_QUEUED_RENDERS + 1)]
        assert refused.wait(30)  # with the others in the queue, one request is rejected
        with cache.turn("another link"):
            pass
        go_on.set()
    assert [one.result() for one in waiting].count(False) == 1
    with cache.turn("link"):
        pass


@pytest.mark.parametrize("kept", [1, 3])
def test_the_least_used_goes_first(kept: int):
    one = len(PageCache().put(0, "x" * 100))
    cache = PageCache(max_bytes=kept * one)
    for key in range(kept):
        cache.put(key, "x" * 100)
    cache.get(0)
    cache.put("new", "x" * 100)
    assert cache.get("new") is not None
    assert (cache.get(0) is not None) is (kept == 3)
    assert (cache.get(1) is not None) is False
    assert cache.size <= cache.max_bytes
