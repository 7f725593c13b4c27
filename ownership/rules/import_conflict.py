"""OWN-13: an import or a client names an owner we do not know, or another than the director."""

from ownership.rules.rule import DIRECTOR, IN_SCOPE, Rule

RULE = Rule(
    code="OWN-13",
    title="Import conflict",
    explanation=(
        "A file or a connected system names an owner for this touchpoint whom nobody here knows, "
        "or who is not the director of the stage. One of the two is out of date."
    ),
    subject="touchpoint",
    sql=f"""
        SELECT t.stream_id, t.id, 'warn', jsonb_build_object(
            'reported_owner', t.reported_owner, 'source', t.source,
            'why', CASE WHEN person.id IS NULL AND dep.id IS NULL
                THEN 'unknown' ELSE 'differs' END)
        FROM touchpoints_touchpoint t
        JOIN journeys_step sp ON sp.id = t.step_id
        JOIN journeys_stage st ON st.id = sp.stage_id
        JOIN journeys_journey j ON j.id = st.journey_id
        LEFT JOIN {DIRECTOR}
        LEFT JOIN LATERAL (
            SELECT p.id FROM people_person p
            WHERE lower(t.reported_owner) IN (lower(p.name), lower(p.email))
            ORDER BY p.id = d.person_id DESC NULLS LAST LIMIT 1) AS person ON TRUE
        LEFT JOIN people_department dep ON lower(dep.name) = lower(t.reported_owner)
        WHERE t.reported_owner <> '' AND {IN_SCOPE}
            AND ((person.id IS NULL AND dep.id IS NULL)
                OR (d.id IS NOT NULL AND person.id IS DISTINCT FROM d.person_id
                    AND NOT EXISTS (
                        SELECT 1 FROM people_placement pl
                        WHERE pl.person_id = d.person_id AND pl.department_id = dep.id
                            AND (pl.until IS NULL OR pl.until >= %(today)s))))
    """,
)
