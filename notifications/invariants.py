"""Invariants of notices and their e-mail."""

from core.invariants import Invariant

INVARIANTS = tuple(
    Invariant(
        f"one-{name}-per-occasion",
        f"A member has at most one {name} about the same occasion.",
        f"""
        SELECT min(workspace_id::text)::uuid, format('%s {name}: %s', count(*), key)
        FROM notifications_{name} GROUP BY member_id, key HAVING count(*) > 1
        """,
    )
    for name in ("notice", "delivery")
)
