"""Add row-level security, and refuse writes that bypass the recorder (see changes/migrations/0002_walls.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    # A migration of its own, because foreign keys are checked at the end of a migration, which row-level
    # security would prevent.
    dependencies = [("journeys", "0001_initial")]
    operations = [
        migrations.RunSQL("SELECT cxmap_wall('journeys_persona')", migrations.RunSQL.noop),
        migrations.RunSQL("SELECT cxmap_wall('journeys_journey')", migrations.RunSQL.noop),
        migrations.RunSQL("SELECT cxmap_wall('journeys_stage')", migrations.RunSQL.noop),
        migrations.RunSQL("SELECT cxmap_wall('journeys_step')", migrations.RunSQL.noop),
        migrations.RunSQL("SELECT cxmap_wall('journeys_lane')", migrations.RunSQL.noop),
    ]
