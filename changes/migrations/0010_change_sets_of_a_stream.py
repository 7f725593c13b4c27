"""Add a reverse relation from streams to their change sets. The database doesn't change."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("changes", "0009_reword_messages")]
    operations = [
        migrations.AlterField(
            model_name="changeset",
            name="stream",
            field=models.ForeignKey(
                on_delete=models.PROTECT, related_name="change_sets", to="changes.stream"
            ),
        ),
    ]
