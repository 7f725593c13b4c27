"""Reads PDF files."""

from collections.abc import Iterator
from typing import Any


def alternatives(element: Any) -> Iterator[str]:
    """Yield what a screen reader says instead of the pictures."""
    if isinstance(element, dict):
        if "/Alt" in element:
            yield element["/Alt"]
        children = element.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            yield from alternatives(child.get_object())
