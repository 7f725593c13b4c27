from django.db import migrations

import core.fields


class Migration(migrations.Migration):
    dependencies = [
        ("journeys", "0009_labels"),
    ]

    operations = [
        migrations.AddField(
            model_name="journey",
            name="folder",
            field=core.fields.PathField(
                blank=True, default="", max_length=200, verbose_name="folder"
            ),
        ),
    ]
