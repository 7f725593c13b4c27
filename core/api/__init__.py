"""The base of the API: strict JSON, paging, scopes, idempotency and preconditions.

The `api.py` modules of the other apps build on this package.
"""
