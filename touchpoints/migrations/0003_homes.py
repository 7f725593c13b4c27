"""Constrain streams: shared record types must be in the directory, and a journey in its own stream."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0002_walls"),
        ("touchpoints", "0002_walls"),
        ("workspaces", "0001_initial"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="channel",
            constraint=models.CheckConstraint(
                condition=models.Q(("stream", models.F("workspace"))),
                name="channel_in_directory",
                violation_error_message="A channel lives in the workspace's directory, not in a journey.",
            ),
        ),
    ]
