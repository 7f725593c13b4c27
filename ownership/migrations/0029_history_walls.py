"""Add row-level security to the history of ownership."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ownership", "0028_history")]
    operations: ClassVar = [
        migrations.RunSQL(f"SELECT cxmap_tenant_wall('ownership_{table}')", migrations.RunSQL.noop)
        for table in ("tenure", "spell")
    ]
