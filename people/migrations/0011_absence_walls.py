"""Add row-level security to absences, and refuse writes that bypass the recorder."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0010_absences")]
    operations = [
        migrations.RunSQL("SELECT cxmap_wall('people_absence')", migrations.RunSQL.noop),
    ]
