"""OWN-05: a department that is involved says it is not theirs, and nobody else says it is."""

from ownership.rules.base import CURRENT_DIRECTORSHIP, JOURNEY_IN_SCOPE, Rule

RULE = Rule(
    code="OWN-05",
    title="Disowned",
    explanation=(
        "A department that meets customers in this stage has said that it does not answer for "
        "it, and nobody else does. This is the gap customers fall into. Decide who takes it."
    ),
    subject="stage",
    # Grouped by stage alone: when it groups by journey first, the planner (which expects one row
    # here) goes through all findings again for each journey, to have them in that order.
    sql=f"""
        SELECT (array_agg(c.stream_id))[1], c.stage_id, 'critical', jsonb_build_object(
            'departments', jsonb_agg(DISTINCT c.department_id))
        FROM ownership_claim c
        JOIN journeys_journey j ON j.id = c.stream_id
        WHERE c.kind = 'disclaimer' AND c.withdrawn_at IS NULL AND {JOURNEY_IN_SCOPE}
            AND NOT EXISTS (
                SELECT 1 FROM ownership_directorship d
                WHERE d.stage_id = c.stage_id AND {CURRENT_DIRECTORSHIP})
            AND NOT EXISTS (
                SELECT 1 FROM ownership_claim other
                WHERE other.stage_id = c.stage_id AND other.kind = 'claim'
                    AND other.withdrawn_at IS NULL)
            AND EXISTS (
                SELECT 1 FROM journeys_step sp
                JOIN touchpoints_touchpoint t ON t.step_id = sp.id
                JOIN journeys_lane l ON l.id = t.lane_id
                WHERE sp.stage_id = c.stage_id AND l.department_id = c.department_id)
        GROUP BY c.stage_id
    """,
)
