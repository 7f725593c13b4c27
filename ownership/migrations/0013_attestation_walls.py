"""Add row-level security to attestations, and refuse writes that bypass the recorder."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ownership", "0012_attestations")]
    operations = [
        migrations.RunSQL("SELECT cxmap_wall('ownership_attestation')", migrations.RunSQL.noop)
    ]
