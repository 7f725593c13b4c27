from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_reword_messages"),
    ]

    operations = [
        migrations.AlterConstraint(
            model_name="department",
            name="department_in_directory",
            constraint=models.CheckConstraint(
                condition=models.Q(("stream", models.F("workspace"))),
                name="department_in_directory",
                violation_error_message="This type of record belongs to the workspace’s directory. It can’t be in a journey.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="person",
            name="person_in_directory",
            constraint=models.CheckConstraint(
                condition=models.Q(("stream", models.F("workspace"))),
                name="person_in_directory",
                violation_error_message="This type of record belongs to the workspace’s directory. It can’t be in a journey.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="placement",
            name="placement_in_directory",
            constraint=models.CheckConstraint(
                condition=models.Q(("stream", models.F("workspace"))),
                name="placement_in_directory",
                violation_error_message="This type of record belongs to the workspace’s directory. It can’t be in a journey.",
            ),
        ),
    ]
