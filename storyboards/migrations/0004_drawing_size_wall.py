"""Row security for the sizes of drawings (apart from their table, as in 0002_walls)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("storyboards", "0003_drawing_size")]
    operations = [
        migrations.RunSQL(
            "SELECT cxmap_tenant_wall('storyboards_drawingsize')", migrations.RunSQL.noop
        )
    ]
