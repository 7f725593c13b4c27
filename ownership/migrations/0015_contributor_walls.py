"""Add row-level security to contributors, and refuse writes that bypass the recorder."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ownership", "0014_contributors")]
    operations = [
        migrations.RunSQL("SELECT cxmap_wall('ownership_contributor')", migrations.RunSQL.noop)
    ]
