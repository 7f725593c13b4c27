"""Constrain streams: shared record types must be in the directory, and a journey in its own stream."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0002_walls"),
        ("journeys", "0002_walls"),
        ("workspaces", "0001_initial"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="journey",
            constraint=models.CheckConstraint(
                condition=models.Q(("id", models.F("stream"))),
                name="journey_is_its_stream",
                violation_error_message="A journey begins in a stream of its own.",
            ),
        ),
        migrations.AddConstraint(
            model_name="persona",
            constraint=models.CheckConstraint(
                condition=models.Q(("stream", models.F("workspace"))),
                name="persona_in_directory",
                violation_error_message="A persona lives in the workspace's directory, not in a journey.",
            ),
        ),
    ]
