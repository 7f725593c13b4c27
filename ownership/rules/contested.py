"""OWN-04: two or more persons claim the stage. The director's own claim is the directorship."""

from ownership.rules.base import JOURNEY_IN_SCOPE, STREAM_IN_SCOPE, Rule

RULE = Rule(
    code="OWN-04",
    title="Contested",
    explanation=(
        "Two or more people say that this stage is theirs. While they pull, customers fall "
        "between them. Have both state their case, and settle it."
    ),
    subject="stage",
    # Contested since the second of them spoke: the second earliest of each person's first word.
    # Counted by a window, so that lists are made for contested stages only.
    sql=f"""
        SELECT st.stream_id, st.id,
            CASE WHEN voices.since < %(now)s - make_interval(days => %(contested_days)s)
                THEN 'critical' ELSE 'warn' END,
            jsonb_build_object('persons', voices.persons, 'since', voices.since)
        FROM (
            SELECT stage_id, jsonb_agg(person_id ORDER BY person_id) AS persons,
                (array_agg(spoke_at ORDER BY spoke_at))[2] AS since
            FROM (
                SELECT stage_id, person_id, min(spoke_at) AS spoke_at,
                    count(*) OVER (PARTITION BY stage_id) AS speakers
                FROM (
                    SELECT stage_id, person_id, made_at AS spoke_at FROM ownership_claim
                    WHERE kind = 'claim' AND withdrawn_at IS NULL AND {STREAM_IN_SCOPE}
                    UNION ALL
                    SELECT stage_id, person_id, accepted_at FROM ownership_directorship
                    WHERE accepted_at IS NOT NULL AND ended_at IS NULL AND {STREAM_IN_SCOPE}
                ) AS words
                GROUP BY stage_id, person_id
            ) AS persons
            WHERE speakers > 1
            GROUP BY stage_id
        ) AS voices
        JOIN journeys_stage st ON st.id = voices.stage_id
        JOIN journeys_journey j ON j.id = st.journey_id
        WHERE {JOURNEY_IN_SCOPE}
    """,
)
