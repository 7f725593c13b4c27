"""Add row-level security, and refuse writes that bypass the recorder (see changes/migrations/0002_walls.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    # A migration of its own, because foreign keys are checked at the end of a migration, which row-level
    # security would prevent.
    dependencies = [("touchpoints", "0001_initial")]
    operations = [
        migrations.RunSQL("SELECT cxmap_wall('touchpoints_channel')", migrations.RunSQL.noop),
        migrations.RunSQL("SELECT cxmap_wall('touchpoints_touchpoint')", migrations.RunSQL.noop),
        migrations.RunSQL("SELECT cxmap_wall('touchpoints_promise')", migrations.RunSQL.noop),
    ]
