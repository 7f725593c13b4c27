"""Add row-level security to the sizes of drawings (see changes/migrations/0002_walls.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("storyboards", "0003_drawing_size")]
    operations = [
        migrations.RunSQL(
            "SELECT cxmap_tenant_wall('storyboards_drawingsize')", migrations.RunSQL.noop
        )
    ]
