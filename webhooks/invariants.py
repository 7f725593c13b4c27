"""Invariants of deliveries to webhooks."""

from core.invariants import Invariant

INVARIANTS = (
    Invariant(
        "one-delivery-per-event",
        "An endpoint has at most one delivery of an event.",
        """
        SELECT min(workspace_id::text)::uuid, format('%s deliveries of %s', count(*), event_id)
        FROM webhooks_delivery GROUP BY endpoint_id, event_id HAVING count(*) > 1
        """,
    ),
)
