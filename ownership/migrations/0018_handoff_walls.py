"""Add row-level security to hand-offs, and the view that determines where each of them stands.

See docs/decisions/0071-hand-offs.md.
"""

from django.db import migrations

# One row for each pair of adjacent stages with different directors. Its window is partitioned by journey, so that
# PostgreSQL reads only the journeys that a query asks for.
BOUNDARY = """
CREATE VIEW ownership_boundary WITH (security_invoker) AS
SELECT pair.workspace_id,
    pair.journey_id,
    pair.from_stage_id,
    pair.to_stage_id,
    earlier.id AS from_directorship_id,
    later.id AS to_directorship_id,
    earlier.person_id AS from_director_id,
    later.person_id AS to_director_id
FROM (
    SELECT workspace_id, journey_id, id AS from_stage_id,
        lead(id) OVER (PARTITION BY journey_id ORDER BY position, id) AS to_stage_id
    FROM journeys_stage
) AS pair
JOIN ownership_directorship AS earlier ON earlier.stage_id = pair.from_stage_id
    AND earlier.accepted_at IS NOT NULL AND earlier.ended_at IS NULL
JOIN ownership_directorship AS later ON later.stage_id = pair.to_stage_id
    AND later.accepted_at IS NOT NULL AND later.ended_at IS NULL
WHERE earlier.person_id <> later.person_id
"""

# Signatures count for the current directorships and the current revision only.
STANDING = """
CREATE VIEW ownership_handoff_standing WITH (security_invoker) AS
SELECT boundary.workspace_id,
    boundary.journey_id,
    boundary.from_stage_id,
    boundary.to_stage_id,
    handoff.id AS handoff_id,
    CASE WHEN handoff.id IS NULL THEN 'missing'
        WHEN earlier.id IS NOT NULL AND later.id IS NOT NULL THEN 'agreed'
        WHEN earlier.id IS NOT NULL OR later.id IS NOT NULL THEN 'half-signed'
        ELSE 'unsigned' END AS state,
    boundary.from_directorship_id,
    boundary.to_directorship_id,
    boundary.from_director_id,
    boundary.to_director_id,
    earlier.signed_at AS from_signed_at,
    later.signed_at AS to_signed_at
FROM ownership_boundary AS boundary
LEFT JOIN ownership_handoff AS handoff ON handoff.from_stage_id = boundary.from_stage_id
    AND handoff.to_stage_id = boundary.to_stage_id
LEFT JOIN ownership_handoffsignature AS earlier ON earlier.handoff_id = handoff.id
    AND earlier.directorship_id = boundary.from_directorship_id
    AND earlier.revision = handoff.revision
LEFT JOIN ownership_handoffsignature AS later ON later.handoff_id = handoff.id
    AND later.directorship_id = boundary.to_directorship_id
    AND later.revision = handoff.revision
UNION ALL
SELECT handoff.workspace_id, handoff.stream_id, handoff.from_stage_id, handoff.to_stage_id,
    handoff.id, 'asleep', NULL, NULL, NULL, NULL, NULL, NULL
FROM ownership_handoff AS handoff
LEFT JOIN ownership_boundary AS boundary ON boundary.journey_id = handoff.stream_id
    AND boundary.from_stage_id = handoff.from_stage_id
    AND boundary.to_stage_id = handoff.to_stage_id
WHERE boundary.journey_id IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("ownership", "0017_handoffs")]
    operations = [
        *(
            migrations.RunSQL(f"SELECT cxmap_wall('ownership_{table}')", migrations.RunSQL.noop)
            for table in ("handoff", "handoffsignature", "breach")
        ),
        migrations.RunSQL(BOUNDARY, "DROP VIEW ownership_boundary"),
        migrations.RunSQL(STANDING, "DROP VIEW ownership_handoff_standing"),
    ]
