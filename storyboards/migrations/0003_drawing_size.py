"""Add a table for the size of each drawing. A drawing's next save counts its elements."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("storyboards", "0002_walls")]
    operations = [
        migrations.CreateModel(
            name="DrawingSize",
            fields=[
                (
                    "drawing",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="changes.stream",
                    ),
                ),
                ("rows", models.IntegerField(default=0)),
                ("elements", models.IntegerField(default=0)),
                ("bytes", models.IntegerField(default=0)),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
        ),
    ]
