"""Add an index for lists of journeys, which show who changed each journey last."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("changes", "0007_cursor_pause")]
    operations = [
        migrations.AddIndex(
            model_name="changeset",
            index=models.Index(
                fields=["stream", "-version"],
                condition=models.Q(actor_kind__in=("member", "guest")),
                name="set_by_person",
            ),
        ),
    ]
