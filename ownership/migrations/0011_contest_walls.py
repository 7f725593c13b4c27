"""Add row-level security to contests, and refuse writes that bypass the recorder."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ownership", "0010_contests")]
    operations = [
        migrations.RunSQL(f"SELECT cxmap_wall('ownership_{table}')", migrations.RunSQL.noop)
        for table in ("contest", "party", "ruling", "appeal")
    ]
