from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0008_set_by_person"),
    ]

    operations = [
        migrations.AlterConstraint(
            model_name="namedversion",
            name="version_name_once",
            constraint=models.UniqueConstraint(
                fields=["stream", "name"],
                name="version_name_once",
                violation_error_message="A version with this name already exists. Use another name.",
            ),
        ),
    ]
