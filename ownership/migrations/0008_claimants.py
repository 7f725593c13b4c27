"""Add a view of claimed stages, so that the audit can find contests without determining absences.

See docs/decisions/0047-who-answers-for-a-stage.md.
"""

from importlib import import_module
from typing import ClassVar

from django.db import migrations

PREVIOUS_STANDING = import_module("ownership.migrations.0006_ownership_standing").STANDING

# One row for each stage that someone other than its director claims. Directors' own claims are left out before
# grouping, because most claims are theirs.
CLAIMANTS = """
CREATE VIEW ownership_claimants WITH (security_invoker) AS
SELECT claimed.journey_id,
    claimed.stage_id,
    claimed.persons AS claimants,
    cardinality(claimed.persons) > 1 AS is_contested,
    -- A stage is contested since the second person's first claim.
    CASE WHEN cardinality(claimed.persons) > 1
        THEN greatest(claimed.claimed_at[1], least(claimed.claimed_at[2], claimed.accepted_at, (
            SELECT min(own.made_at) FROM ownership_claim AS own
            WHERE own.stage_id = claimed.stage_id AND own.person_id = claimed.director_id
                AND own.kind = 'claim' AND own.withdrawn_at IS NULL)))
        END AS contested_since
FROM (
    -- Grouped by the stage alone, so that PostgreSQL can leave out the join in ownership_standing.
    SELECT journey_id, stage_id, director_id[1] AS director_id, accepted_at,
        array_remove(director_id[1] || persons, NULL) AS persons, claimed_at
    FROM (
        SELECT journey_id, stage_id,
            array_agg(director_id) AS director_id,
            min(accepted_at) AS accepted_at,
            array_agg(person_id ORDER BY claimed_at, person_id) AS persons,
            array_agg(claimed_at ORDER BY claimed_at) AS claimed_at
        FROM (
            SELECT claim.stream_id AS journey_id, claim.stage_id, claim.person_id,
                director.person_id AS director_id, director.accepted_at,
                min(claim.made_at) AS claimed_at
            FROM ownership_claim AS claim
            LEFT JOIN ownership_directorship AS director ON director.stage_id = claim.stage_id
                AND director.stream_id = claim.stream_id
                AND director.accepted_at IS NOT NULL AND director.ended_at IS NULL
            WHERE claim.kind = 'claim' AND claim.withdrawn_at IS NULL
                AND claim.person_id IS DISTINCT FROM director.person_id
            GROUP BY claim.stream_id, claim.stage_id, claim.person_id, director.person_id,
                director.accepted_at
        ) AS claimant
        GROUP BY journey_id, stage_id
    ) AS grouped
) AS claimed
"""

# One row for each stage. Its tables are joined by LEFT JOIN only, so that PostgreSQL skips those
# whose columns a query doesn't use.
STANDING = """
CREATE VIEW ownership_standing WITH (security_invoker) AS
SELECT stage.id AS stage_id,
    stage.workspace_id,
    stage.journey_id,
    journey.status = 'live' AND journey.state = 'current' AND NOT journey.is_template
        AS is_counted,
    CASE WHEN claimed.is_contested THEN 'contested'
        WHEN director.id IS NULL THEN 'vacant'
        WHEN absence.reason IS NOT NULL THEN 'orphaned'
        ELSE 'owned' END AS state,
    director.id AS directorship_id,
    director.person_id AS director_id,
    absence.reason AS absence,
    coalesce(claimed.claimants, array_remove(ARRAY[director.person_id], NULL)) AS claimants,
    CASE WHEN claimed.is_contested THEN claimed.contested_since
        WHEN director.id IS NULL THEN (
            SELECT max(past.ended_at) FROM ownership_directorship AS past
            WHERE past.stage_id = stage.id AND past.accepted_at IS NOT NULL)
        WHEN absence.reason IS NOT NULL THEN absence.since
        ELSE director.accepted_at END AS since
FROM journeys_stage AS stage
LEFT JOIN journeys_journey AS journey ON journey.id = stage.journey_id
LEFT JOIN ownership_directorship AS director ON director.stage_id = stage.id
    AND director.accepted_at IS NOT NULL AND director.ended_at IS NULL
LEFT JOIN ownership_absence AS absence ON absence.person_id = director.person_id
    AND NOT EXISTS (
        SELECT FROM ownership_deputy AS deputy
        WHERE deputy.directorship_id = director.id
            AND deputy.since <= cxmap_today(deputy.workspace_id)
            AND (deputy.until IS NULL OR deputy.until >= cxmap_today(deputy.workspace_id))
            AND NOT EXISTS (
                SELECT FROM ownership_absence AS deputys
                WHERE deputys.person_id = deputy.person_id AND deputys.reason <> 'no-department'))
LEFT JOIN ownership_claimants AS claimed
    ON claimed.journey_id = stage.journey_id AND claimed.stage_id = stage.id
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ownership", "0007_flag_rule_length")]
    operations: ClassVar = [
        migrations.RunSQL("DROP VIEW ownership_standing", PREVIOUS_STANDING),
        migrations.RunSQL(CLAIMANTS, "DROP VIEW ownership_claimants"),
        migrations.RunSQL(STANDING, "DROP VIEW ownership_standing"),
    ]
