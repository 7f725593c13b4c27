"""Add row-level security to volunteers, and refuse writes that bypass the recorder."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ownership", "0021_volunteers")]
    operations = [
        migrations.RunSQL("SELECT cxmap_wall('ownership_volunteer')", migrations.RunSQL.noop)
    ]
