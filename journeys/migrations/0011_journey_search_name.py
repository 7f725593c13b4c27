"""Add an indexed column with the searchable form of journeys' titles. See people/migrations/0006_search_name.py."""

from django.db import migrations, models

import core.search


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_search_name"),
        ("journeys", "0010_journey_folder"),
    ]

    operations = [
        migrations.AddField(
            model_name="journey",
            name="search_name",
            field=models.GeneratedField(
                db_persist=True,
                expression=core.search.SearchName("title"),
                output_field=models.TextField(db_collation="C"),
            ),
        ),
        migrations.AddIndex(
            model_name="journey",
            index=models.Index(fields=["workspace", "search_name"], name="journey_by_search_name"),
        ),
    ]
