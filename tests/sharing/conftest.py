from tests.api.conftest import acme, twin

__all__ = ["acme", "twin"]
