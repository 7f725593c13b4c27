"""All URL patterns, including those that apps declare."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, get_resolver


def url_patterns(urlconf: str | None = None) -> Iterator[URLPattern]:
    """Yield the patterns of a URLconf, or of the whole project."""

    def walk(patterns: list[Any]) -> Iterator[URLPattern]:
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                yield pattern
            else:
                yield from walk(pattern.url_patterns)

    return walk(get_resolver(urlconf).url_patterns)
