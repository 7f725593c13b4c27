"""The API client fixture for the first of the two sample workspaces."""

from tests.api.conftest import acme

__all__ = ["acme"]
