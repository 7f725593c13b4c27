from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0005_updated_at_index"),
        ("people", "0003_homes"),
        ("workspaces", "0002_comment_mail"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="department",
            name="department_by_workspace",
        ),
        migrations.RemoveIndex(
            model_name="person",
            name="person_by_workspace",
        ),
        migrations.RemoveIndex(
            model_name="placement",
            name="placement_by_workspace",
        ),
        migrations.AddIndex(
            model_name="department",
            index=models.Index(fields=["workspace", "updated_at", "id"], name="department_by_time"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["workspace", "updated_at", "id"], name="person_by_time"),
        ),
        migrations.AddIndex(
            model_name="placement",
            index=models.Index(fields=["workspace", "updated_at", "id"], name="placement_by_time"),
        ),
    ]
