"""Add row-level security (see changes/migrations/0002_walls.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    # A migration of its own, because foreign keys are checked at the end of a migration, which row-level
    # security would prevent.
    dependencies = [("notifications", "0001_initial"), ("changes", "0002_walls")]
    operations = [
        migrations.RunSQL(
            f"SELECT cxmap_tenant_wall('notifications_{table}')", migrations.RunSQL.noop
        )
        for table in ("notice", "preference", "emailhours", "delivery")
    ]
