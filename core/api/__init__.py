"""How any app answers programs: strict JSON in, pages out, scopes, idempotency, conditions.

A face like `access` or `services`: the apps above build their `api.py` on it.
"""
