"""Row security (changes/migrations/0002_walls.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    # Apart from the first: keys are checked at the end of a migration, which row security forbids.
    dependencies = [("webhooks", "0001_initial"), ("changes", "0002_walls")]
    operations = [
        migrations.RunSQL(f"SELECT cxmap_tenant_wall('webhooks_{table}')", migrations.RunSQL.noop)
        for table in ("endpoint", "delivery")
    ]
