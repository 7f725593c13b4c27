"""Row security, and no write past the recorder (changes/migrations/0002_walls.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    # Apart from the first: keys are checked at the end of a migration, which row security forbids.
    dependencies = [("storyboards", "0001_initial")]
    operations = [
        migrations.RunSQL("SELECT cxmap_wall('storyboards_frame')", migrations.RunSQL.noop),
        migrations.RunSQL("SELECT cxmap_wall('storyboards_element')", migrations.RunSQL.noop),
    ]
