"""Add row-level security (see changes/migrations/0002_walls.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    # A migration of its own, because foreign keys are checked at the end of a migration, which row-level
    # security would prevent.
    dependencies = [("workspaces", "0005_files_and_jobs"), ("changes", "0002_walls")]
    operations = [
        migrations.RunSQL("SELECT cxmap_tenant_wall('workspaces_file')", migrations.RunSQL.noop),
        migrations.RunSQL("SELECT cxmap_tenant_wall('workspaces_job')", migrations.RunSQL.noop),
    ]
