"""Add the views that determine who is responsible for a stage. See docs/decisions/0047-who-answers-for-a-stage.md."""

from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

# OFFSET 0 makes PostgreSQL call cxmap_today() once per workspace instead of once per person.
TODAY = """(
    SELECT id AS workspace_id, time_zone, cxmap_today(id) AS day FROM workspaces_workspace
    WHERE id = ANY (current_setting('cxmap.workspaces')::uuid[]) OFFSET 0
) AS today"""

# One row for each person who is absent, and why. A last day counts until it is over.
ABSENCE = f"""
CREATE VIEW ownership_absence WITH (security_invoker) AS
SELECT person.id AS person_id,
    CASE WHEN person.left_on < today.day THEN 'left'
        WHEN member.left_at IS NOT NULL OR login.is_active IS FALSE THEN 'no-login'
        ELSE 'no-department' END AS reason,
    CASE WHEN person.left_on < today.day
        THEN (person.left_on + 1)::timestamp AT TIME ZONE today.time_zone
        ELSE member.left_at END AS since
FROM people_person AS person
JOIN {TODAY} ON today.workspace_id = person.workspace_id
LEFT JOIN workspaces_member AS member ON member.id = person.member_id
LEFT JOIN workspaces_user AS login ON login.id = member.user_id
WHERE person.left_on < today.day OR member.left_at IS NOT NULL OR login.is_active IS FALSE
    OR NOT EXISTS (
        SELECT FROM people_placement AS placement
        JOIN people_department AS department ON department.id = placement.department_id
        JOIN {TODAY} ON today.workspace_id = placement.workspace_id
        WHERE placement.person_id = person.id AND NOT department.is_archived
            AND placement.since <= today.day
            AND (placement.until IS NULL OR placement.until >= today.day))
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
    CASE WHEN cardinality(array_remove(director.person_id || rival.persons, NULL)) > 1
        THEN 'contested'
        WHEN director.id IS NULL THEN 'vacant'
        WHEN absence.reason IS NOT NULL THEN 'orphaned'
        ELSE 'owned' END AS state,
    director.id AS directorship_id,
    director.person_id AS director_id,
    absence.reason AS absence,
    array_remove(director.person_id || rival.persons, NULL) AS claimants,
    -- A stage is contested since the second person's first claim.
    CASE WHEN cardinality(array_remove(director.person_id || rival.persons, NULL)) > 1
        THEN greatest(rival.claimed_at[1], least(rival.claimed_at[2], director.accepted_at, (
            SELECT min(own.made_at) FROM ownership_claim AS own
            WHERE own.stage_id = stage.id AND own.person_id = director.person_id
                AND own.kind = 'claim' AND own.withdrawn_at IS NULL)))
        WHEN director.id IS NULL THEN (
            SELECT max(past.ended_at) FROM ownership_directorship AS past
            WHERE past.stage_id = stage.id AND past.accepted_at IS NOT NULL)
        WHEN absence.reason IS NOT NULL THEN absence.since
        ELSE director.accepted_at END AS since,
    rival.stream_id AS claimed_in_id
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
LEFT JOIN (
    -- The persons other than the director who claim a stage. Directors' own claims are left out
    -- before the rest is grouped, because most claims are theirs.
    SELECT stream_id, stage_id,
        array_agg(person_id ORDER BY claimed_at, person_id) AS persons,
        array_agg(claimed_at ORDER BY claimed_at) AS claimed_at
    FROM (
        SELECT claim.stream_id, claim.stage_id, claim.person_id, min(claim.made_at) AS claimed_at
        FROM ownership_claim AS claim
        LEFT JOIN ownership_directorship AS held ON held.stage_id = claim.stage_id
            AND held.stream_id = claim.stream_id
            AND held.accepted_at IS NOT NULL AND held.ended_at IS NULL
        WHERE claim.kind = 'claim' AND claim.withdrawn_at IS NULL
            AND claim.person_id IS DISTINCT FROM held.person_id
        GROUP BY claim.stream_id, claim.stage_id, claim.person_id
    ) AS claimant
    GROUP BY stream_id, stage_id
) AS rival ON rival.stream_id = stage.journey_id AND rival.stage_id = stage.id
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("ownership", "0005_labels"),
        ("people", "0005_labels"),
        ("journeys", "0009_labels"),
        ("workspaces", "0004_user_language_and_time_zone"),
    ]
    operations: ClassVar = [
        migrations.RunSQL(ABSENCE, "DROP VIEW ownership_absence"),
        migrations.RunSQL(STANDING, "DROP VIEW ownership_standing"),
        migrations.CreateModel(
            name="StageStanding",
            fields=[
                (
                    "stage",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="journeys.stage",
                    ),
                ),
            ],
            options={"db_table": "ownership_standing", "managed": False},
        ),
    ]
