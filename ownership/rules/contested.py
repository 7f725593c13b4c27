"""OWN-04: two or more people claim a stage. A directorship counts as its holder's claim."""

from django.utils.translation import gettext_lazy as _

from ownership.rules.base import JOURNEY_IN_SCOPE, STREAM_IN_SCOPE, Rule

RULE = Rule(
    code="OWN-04",
    title=_("Contested"),
    explanation=_(
        "Two or more people say that this stage is theirs. Until they agree, no one is clearly "
        "responsible for the customer. Ask each of them to make their case, then decide."
    ),
    subject="stage",
    # A stage is contested since the second person's first claim. A window function counts the
    # claimants, so that arrays are built only for contested stages.
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
