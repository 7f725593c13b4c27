"""OWN-18: a touchpoint of which nobody has said what department it belongs to."""

from ownership.rules.base import JOURNEY_IN_SCOPE, Rule

RULE = Rule(
    code="OWN-18",
    title="Unassigned",
    explanation=(
        "Nobody has said which department meets the customer here. Move the touchpoint into a "
        "department's lane, or into the customer's own."
    ),
    subject="touchpoint",
    sql=f"""
        SELECT t.stream_id, t.id, 'warn', '{{}}'::jsonb
        FROM touchpoints_touchpoint t
        JOIN journeys_lane l ON l.id = t.lane_id AND l.kind = 'unassigned'
        JOIN journeys_journey j ON j.id = l.journey_id
        WHERE {JOURNEY_IN_SCOPE}
    """,
)
