"""Add row-level security, and refuse writes that bypass the recorder (see changes/migrations/0002_walls.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    # A migration of its own, because foreign keys are checked at the end of a migration, which row-level
    # security would prevent.
    dependencies = [("people", "0001_initial")]
    operations = [
        migrations.RunSQL("SELECT cxmap_wall('people_department')", migrations.RunSQL.noop),
        migrations.RunSQL("SELECT cxmap_wall('people_person')", migrations.RunSQL.noop),
        migrations.RunSQL("SELECT cxmap_wall('people_placement')", migrations.RunSQL.noop),
    ]
