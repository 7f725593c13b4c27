"""Row security, and no write past the recorder (0002_walls.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    # Apart from the table: keys are checked at the end of a migration, which row security forbids.
    dependencies = [("changes", "0003_named_version")]
    operations = [
        migrations.RunSQL("SELECT cxmap_wall('changes_namedversion')", migrations.RunSQL.noop),
    ]
