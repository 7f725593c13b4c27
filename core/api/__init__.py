"""The base of the API: strict JSON, paging, scopes, idempotency and preconditions.

It is a public interface of `core`, like `access` and `services` in other apps. The apps above
`core` build their `api.py` on it.
"""
