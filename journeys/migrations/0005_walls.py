"""Add row-level security, and refuse writes that bypass the recorder (see changes/migrations/0002_walls.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("journeys", "0004_notes_and_pairs")]
    operations = [
        migrations.RunSQL("SELECT cxmap_wall('journeys_note')", migrations.RunSQL.noop),
        migrations.RunSQL("SELECT cxmap_wall('journeys_measure')", migrations.RunSQL.noop),
    ]
