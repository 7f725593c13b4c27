"""Row security, and no write past the recorder (changes/migrations/0002_walls.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    # Apart from the first: keys are checked at the end of a migration, which row security forbids.
    dependencies = [("comments", "0001_initial")]
    operations = [
        migrations.RunSQL("SELECT cxmap_wall('comments_comment')", migrations.RunSQL.noop),
        migrations.RunSQL(
            "SELECT cxmap_tenant_wall('comments_commentemail')", migrations.RunSQL.noop
        ),
    ]
