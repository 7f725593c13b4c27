"""The base of the API: strict JSON, paging, scopes, idempotency and preconditions.

Other apps may import this package, like their own `access` and `services`: they build their
`api.py` on it.
"""
