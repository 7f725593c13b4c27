"""OWN-05: a department that is involved says it is not theirs, and nobody else says it is."""

from ownership.rules.rule import DIRECTOR, IN_SCOPE, Rule

RULE = Rule(
    code="OWN-05",
    title="Disowned",
    explanation=(
        "A department that meets customers in this stage has said that it does not answer for "
        "it, and nobody else does. This is the gap customers fall into. Decide who takes it."
    ),
    subject="stage",
    sql=f"""
        SELECT st.stream_id, st.id, 'critical', jsonb_build_object(
            'departments', jsonb_agg(DISTINCT c.department_id))
        FROM ownership_claim c
        JOIN journeys_stage st ON st.id = c.stage_id
        JOIN journeys_journey j ON j.id = st.journey_id
        LEFT JOIN {DIRECTOR}
        WHERE c.kind = 'disclaimer' AND c.withdrawn_at IS NULL AND d.id IS NULL AND {IN_SCOPE}
            AND NOT EXISTS (
                SELECT 1 FROM ownership_claim other
                WHERE other.stage_id = st.id AND other.kind = 'claim'
                    AND other.withdrawn_at IS NULL)
            AND EXISTS (
                SELECT 1 FROM journeys_step sp
                JOIN touchpoints_touchpoint t ON t.step_id = sp.id
                JOIN journeys_lane l ON l.id = t.lane_id
                WHERE sp.stage_id = st.id AND l.department_id = c.department_id)
        GROUP BY st.stream_id, st.id
    """,
)
