from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0006_search_name")]

    operations = [
        migrations.AlterConstraint(
            model_name="department",
            name="department_name_once",
            constraint=models.UniqueConstraint(
                models.F("workspace"),
                models.functions.Lower("name"),
                name="department_name_once",
                violation_error_message="A department with this name already exists. Use another name.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="person",
            name="person_email_once",
            constraint=models.UniqueConstraint(
                models.F("workspace"),
                models.functions.Lower("email"),
                condition=models.Q(("email", ""), _negated=True),
                name="person_email_once",
                violation_error_message="A person with this e-mail address already exists.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="person",
            name="one_person_per_member",
            constraint=models.UniqueConstraint(
                condition=models.Q(("member__isnull", False)),
                fields=("workspace", "member"),
                name="one_person_per_member",
                violation_error_message="This login is already linked to another person. Choose another login.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="placement",
            name="placement_ends_after_it_begins",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until", None), ("until__gte", models.F("since")), _connector="OR"
                ),
                name="placement_ends_after_it_begins",
                violation_error_message="A placement can’t end before it begins. Choose a later end.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="placement",
            name="one_open_placement_per_department",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until", None)),
                fields=("person", "department"),
                name="one_open_placement_per_department",
                violation_error_message="This person is already in this department. End that placement first.",
            ),
        ),
    ]
