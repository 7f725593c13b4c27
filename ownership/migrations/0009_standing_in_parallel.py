"""Make reads of `ownership_standing` faster.

PostgreSQL can't inline cxmap_today(), and reads of few stages, which look up each director's absence by index,
spent a third of their time in it. So `ownership_absence` computes the date itself. A function that isn't marked as
safe for parallel plans prevents them for the whole query, so the audit read the view in one process.
"""

from importlib import import_module
from typing import ClassVar

from django.db import migrations

CREATED = import_module("ownership.migrations.0006_ownership_standing").ABSENCE
PREVIOUS = CREATED.replace("CREATE VIEW", "CREATE OR REPLACE VIEW")
ABSENCE = PREVIOUS.replace("cxmap_today(id) AS day", "(now() AT TIME ZONE time_zone)::date AS day")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ownership", "0008_claimants")]
    operations: ClassVar = [
        migrations.RunSQL(ABSENCE, PREVIOUS),
        migrations.RunSQL(
            "ALTER FUNCTION cxmap_today(uuid) PARALLEL SAFE",
            "ALTER FUNCTION cxmap_today(uuid) PARALLEL UNSAFE",
        ),
    ]
