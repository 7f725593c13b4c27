"""Constrain streams: shared record types must be in the directory, and a journey in its own stream."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0002_walls"),
        ("people", "0002_walls"),
        ("workspaces", "0001_initial"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="department",
            constraint=models.CheckConstraint(
                condition=models.Q(("stream", models.F("workspace"))),
                name="department_in_directory",
                violation_error_message="A department lives in the workspace's directory, not in a journey.",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(("stream", models.F("workspace"))),
                name="person_in_directory",
                violation_error_message="A person lives in the workspace's directory, not in a journey.",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(("stream", models.F("workspace"))),
                name="placement_in_directory",
                violation_error_message="A placement lives in the workspace's directory, not in a journey.",
            ),
        ),
    ]
