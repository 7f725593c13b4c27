"""An in-process cache for responses that are expensive to render, stored gzipped."""

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import re_accepts_gzip
from django.utils.translation import gettext

from core.errors import Unavailable

MAX_CACHE_BYTES = 32 * 1024 * 1024
MAX_QUEUED_RENDERS = 8  # requests of a group that may wait while another one renders
GZIP_LEVEL = 4


@dataclass
class _Turn:
    lock: threading.Lock = field(default_factory=threading.Lock)
    requests: int = 0


class PageCache:
    """An LRU cache of rendered pages. Only one request per group renders at a time.

    A key contains everything that the page depends on, so entries are never invalidated.
    """

    def __init__(self, max_bytes: int = MAX_CACHE_BYTES) -> None:
        self.max_bytes = max_bytes
        self.size = 0
        self._bodies: OrderedDict[Hashable, bytes] = OrderedDict()
        self._turns: dict[Hashable, _Turn] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> bytes | None:
        """Return the gzipped page for a key, or None."""
        with self._lock:
            if key in self._bodies:
                self._bodies.move_to_end(key)
            return self._bodies.get(key)

    def put(self, key: Hashable, text: str) -> bytes:
        """Store a page and return it gzipped."""
        body = gzip.compress(text.encode(), GZIP_LEVEL, mtime=0)
        with self._lock:
            self.size += len(body) - len(self._bodies.pop(key, b""))
            self._bodies[key] = body
            while self.size > self.max_bytes:
                _, dropped = self._bodies.popitem(last=False)
                self.size -= len(dropped)
        return body

    @contextmanager
    def turn(self, group: Hashable) -> Iterator[None]:
        """Context manager that waits until no other request of the group renders.

        Raise Unavailable if too many requests wait already.
        """
        with self._lock:
            turn = self._turns.setdefault(group, _Turn())
            if turn.requests > MAX_QUEUED_RENDERS:
                raise Unavailable(
                    gettext(
                        "Too many people are opening this page at once. Try again in a few seconds."
                    )
                )
            turn.requests += 1
        try:
            with turn.lock:
                yield
        finally:
            with self._lock:
                turn.requests -= 1
                if not turn.requests:
                    del self._turns[group]


def get_or_render(
    cache: PageCache,
    group: Hashable,
    find_key: Callable[[], Hashable],
    render: Callable[[], tuple[Hashable, str]],
) -> bytes:
    """Return a gzipped page from the cache, or render it, one request of the group at a time.

    `find_key` returns the current key. `render` returns the page's key, which may be newer, and its text.
    """
    body = cache.get(find_key())
    if body is not None:
        return body
    with cache.turn(group):
        body = cache.get(find_key())
        return cache.put(*render()) if body is None else body


def respond(request: HttpRequest, body: bytes, **options: str) -> HttpResponse:
    """Return a response with a gzipped body. Decompress it unless the client accepts gzip."""
    takes_gzip = re_accepts_gzip.search(request.headers.get("Accept-Encoding", ""))
    response = HttpResponse(body if takes_gzip else gzip.decompress(body), **options)
    if takes_gzip:
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    return response
