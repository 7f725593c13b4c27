"""Add row-level security (see changes/migrations/0002_walls.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    # A migration of its own, because foreign keys are checked at the end of a migration, which row-level
    # security would prevent.
    dependencies = [("workspaces", "0011_demotions"), ("changes", "0002_walls")]
    operations = [
        migrations.RunSQL("SELECT cxmap_tenant_wall('workspaces_demotion')", migrations.RunSQL.noop)
    ]
