from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("touchpoints", "0006_labels"),
    ]

    operations = [
        migrations.AlterConstraint(
            model_name="channel",
            name="channel_in_directory",
            constraint=models.CheckConstraint(
                condition=models.Q(("stream", models.F("workspace"))),
                name="channel_in_directory",
                violation_error_message="This type of record belongs to the workspace’s directory. It can’t be in a journey.",
            ),
        ),
    ]
