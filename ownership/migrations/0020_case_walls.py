"""Add row-level security to cases, and refuse writes that bypass the recorder."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ownership", "0019_cases")]
    operations = [
        migrations.RunSQL(f"SELECT cxmap_wall('ownership_{table}')", migrations.RunSQL.noop)
        for table in ("case", "caseanswer")
    ]
