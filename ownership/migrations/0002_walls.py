"""Add row-level security, and refuse writes that bypass the recorder (see changes/migrations/0002_walls.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    # A migration of its own, because foreign keys are checked at the end of a migration, which row-level
    # security would prevent.
    dependencies = [("ownership", "0001_initial")]
    operations = [
        migrations.RunSQL("SELECT cxmap_wall('ownership_directorship')", migrations.RunSQL.noop),
        migrations.RunSQL("SELECT cxmap_wall('ownership_deputy')", migrations.RunSQL.noop),
        migrations.RunSQL("SELECT cxmap_wall('ownership_claim')", migrations.RunSQL.noop),
        migrations.RunSQL("SELECT cxmap_wall('ownership_appointment')", migrations.RunSQL.noop),
        migrations.RunSQL("SELECT cxmap_wall('ownership_flag')", migrations.RunSQL.noop),
        migrations.RunSQL("SELECT cxmap_tenant_wall('ownership_auditrun')", migrations.RunSQL.noop),
    ]
