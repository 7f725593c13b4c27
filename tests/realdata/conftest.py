"""A program of the first of the twin workspaces."""

from tests.api.conftest import acme

__all__ = ["acme"]
