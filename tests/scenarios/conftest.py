from tests.support.local_stack import instance

__all__ = ["instance"]
