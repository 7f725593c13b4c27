"""Add an indexed searchable form of users' names. See people/migrations/0006_search_name.py."""

import django.db.models.functions.comparison
from django.db import migrations, models

import core.search


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0007_remove_member_mail_comments"),
        ("people", "0006_search_name"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="search_name",
            field=models.GeneratedField(
                db_persist=True,
                expression=core.search.SearchName(
                    django.db.models.functions.comparison.Coalesce(
                        django.db.models.functions.comparison.NullIf("name", models.Value("")),
                        "email",
                    )
                ),
                output_field=models.TextField(db_collation="C"),
            ),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(fields=["search_name"], name="user_by_search_name"),
        ),
    ]
