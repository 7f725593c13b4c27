"""OWN-03: the director is gone, and no deputy stands in."""

from ownership.rules.rule import CURRENT, IN_SCOPE, Rule

RULE = Rule(
    code="OWN-03",
    title="Orphaned",
    explanation=(
        "The director has left, cannot sign in any more, or belongs to no active department, and "
        "no deputy stands in. The name is still here; the person is not. Hand the stage over."
    ),
    subject="stage",
    sql=f"""
        SELECT d.stream_id, d.stage_id, 'critical',
            jsonb_build_object('person', p.id, 'left_on', p.left_on)
        FROM ownership_directorship d
        JOIN journeys_journey j ON j.id = d.stream_id
        JOIN people_person p ON p.id = d.person_id
        LEFT JOIN workspaces_member m ON m.id = p.member_id
        LEFT JOIN workspaces_user u ON u.id = m.user_id
        WHERE {CURRENT} AND {IN_SCOPE}
            AND (p.left_on <= %(today)s OR m.left_at IS NOT NULL OR u.is_active IS FALSE
                OR NOT EXISTS (
                    SELECT 1 FROM people_placement pl
                    JOIN people_department dep ON dep.id = pl.department_id
                    WHERE pl.person_id = p.id AND NOT dep.is_archived
                        AND (pl.until IS NULL OR pl.until >= %(today)s)))
            AND NOT EXISTS (
                SELECT 1 FROM ownership_deputy dy
                JOIN people_person dp ON dp.id = dy.person_id
                WHERE dy.directorship_id = d.id AND dy.since <= %(today)s
                    AND (dy.until IS NULL OR dy.until >= %(today)s)
                    AND (dp.left_on IS NULL OR dp.left_on > %(today)s))
    """,
)
