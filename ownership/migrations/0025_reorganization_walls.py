"""Add row-level security to reorganizations, and refuse writes that bypass the recorder."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ownership", "0024_reorganizations")]
    operations = [
        migrations.RunSQL("SELECT cxmap_wall('ownership_reorganization')", migrations.RunSQL.noop)
    ]
