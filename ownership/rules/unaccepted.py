"""OWN-02: somebody was proposed long ago and has not answered."""

from ownership.rules.base import JOURNEY_IN_SCOPE, Rule

RULE = Rule(
    code="OWN-02",
    title="Unaccepted",
    explanation=(
        "Somebody was asked to direct this stage and has not said yes or no. A name on a list is "
        "not an owner. Ask them again, or ask somebody else."
    ),
    subject="stage",
    sql=f"""
        SELECT p.stream_id, p.stage_id, 'warn', jsonb_build_object(
            'persons', jsonb_agg(p.person_id ORDER BY p.person_id),
            'proposed_at', min(p.proposed_at))
        FROM ownership_directorship p
        JOIN journeys_journey j ON j.id = p.stream_id
        WHERE p.accepted_at IS NULL AND p.ended_at IS NULL
            AND p.proposed_at < %(now)s - make_interval(days => %(unaccepted_days)s)
            AND {JOURNEY_IN_SCOPE}
        GROUP BY p.stream_id, p.stage_id
    """,
)
