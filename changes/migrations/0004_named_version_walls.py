"""Add row-level security, and refuse writes that bypass the recorder (see 0002_walls.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    # Not in the migration that creates the table, because foreign keys are checked at the end of a migration,
    # which row-level security would prevent.
    dependencies = [("changes", "0003_named_version")]
    operations = [
        migrations.RunSQL("SELECT cxmap_wall('changes_namedversion')", migrations.RunSQL.noop),
    ]
