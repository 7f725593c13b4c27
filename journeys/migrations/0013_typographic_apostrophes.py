from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journeys", "0012_persona_figure"),
    ]

    operations = [
        migrations.AlterConstraint(
            model_name="persona",
            name="persona_in_directory",
            constraint=models.CheckConstraint(
                condition=models.Q(("stream", models.F("workspace"))),
                name="persona_in_directory",
                violation_error_message="This type of record belongs to the workspace’s directory. It can’t be in a journey.",
            ),
        ),
    ]
