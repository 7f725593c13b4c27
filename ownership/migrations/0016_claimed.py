"""Tell stages that one person claims (`claimed`) from those that nobody wants (`vacant`).

See docs/decisions/0070-claimed-but-not-confirmed.md.
"""

from importlib import import_module
from typing import ClassVar

from django.db import migrations

CREATED = import_module("ownership.migrations.0008_claimants")
PREVIOUS_CLAIMANTS, PREVIOUS_STANDING = CREATED.CLAIMANTS, CREATED.STANDING

# The end of a claim is called `ended_at` since migration 0010.
CLAIMANTS = PREVIOUS_CLAIMANTS.replace("withdrawn_at", "ended_at").replace(
    """        END AS contested_since
""",
    """        END AS contested_since,
    claimed.claimed_at[1] AS claimed_since
""",
)
# greatest() ignores NULL.
STANDING = PREVIOUS_STANDING.replace(
    "WHEN director.id IS NULL THEN 'vacant'",
    "WHEN director.id IS NULL AND claimed.claimants IS NOT NULL THEN 'claimed'\n"
    "        WHEN director.id IS NULL THEN 'vacant'",
).replace(
    """WHEN director.id IS NULL THEN (
            SELECT max(past.ended_at) FROM ownership_directorship AS past
            WHERE past.stage_id = stage.id AND past.accepted_at IS NOT NULL)""",
    """WHEN director.id IS NULL THEN greatest(claimed.claimed_since, (
            SELECT max(past.ended_at) FROM ownership_directorship AS past
            WHERE past.stage_id = stage.id AND past.accepted_at IS NOT NULL))""",
)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ownership", "0015_contributor_walls")]
    operations: ClassVar = [
        migrations.RunSQL("DROP VIEW ownership_standing", PREVIOUS_STANDING),
        migrations.RunSQL(
            "DROP VIEW ownership_claimants",
            PREVIOUS_CLAIMANTS.replace("withdrawn_at", "ended_at"),
        ),
        migrations.RunSQL(CLAIMANTS, "DROP VIEW ownership_claimants"),
        migrations.RunSQL(STANDING, "DROP VIEW ownership_standing"),
    ]
