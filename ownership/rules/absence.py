"""SQL that defines when a director is absent, shared by the audit, the pages and the API.

A last day counts until it is over in the workspace's time zone. frontend/src/model/ownership.ts
implements the same definition; tests/ownership/owner_vectors.json tests both.
"""

# Conditions on the person `p` and the joined member `m` and login `u`.
HAS_LEFT_SQL = "p.left_on < cxmap_today(p.workspace_id)"
HAS_NO_LOGIN_SQL = "(m.left_at IS NOT NULL OR u.is_active IS FALSE)"
# Condition on the deputy's person `dp` and the joined member `dm` and login `du`.
DEPUTY_IS_PRESENT_SQL = """(dp.left_on IS NULL OR dp.left_on >= cxmap_today(dp.workspace_id))
            AND dm.left_at IS NULL AND du.is_active IS NOT FALSE"""

# One row for each stage whose current director is absent and has no deputy who is present.
ABSENT_DIRECTORS_SQL = f"""
    SELECT d.stream_id, d.stage_id, p.id AS person_id, p.left_on,
        CASE WHEN {HAS_LEFT_SQL} THEN 'left' WHEN {HAS_NO_LOGIN_SQL} THEN 'no-login'
            ELSE 'no-department' END AS why
    FROM ownership_directorship d
    JOIN people_person p ON p.id = d.person_id
    LEFT JOIN workspaces_member m ON m.id = p.member_id
    LEFT JOIN workspaces_user u ON u.id = m.user_id
    WHERE d.accepted_at IS NOT NULL AND d.ended_at IS NULL
        AND ({HAS_LEFT_SQL} OR {HAS_NO_LOGIN_SQL} OR NOT EXISTS (
            SELECT 1 FROM people_placement pl
            JOIN people_department dep ON dep.id = pl.department_id
            WHERE pl.person_id = p.id AND NOT dep.is_archived
                AND pl.since <= cxmap_today(pl.workspace_id)
                AND (pl.until IS NULL OR pl.until >= cxmap_today(pl.workspace_id))))
        AND NOT EXISTS (
            SELECT 1 FROM ownership_deputy dy
            JOIN people_person dp ON dp.id = dy.person_id
            LEFT JOIN workspaces_member dm ON dm.id = dp.member_id
            LEFT JOIN workspaces_user du ON du.id = dm.user_id
            WHERE dy.directorship_id = d.id AND dy.since <= cxmap_today(dy.workspace_id)
                AND (dy.until IS NULL OR dy.until >= cxmap_today(dy.workspace_id))
                AND {DEPUTY_IS_PRESENT_SQL})
"""
