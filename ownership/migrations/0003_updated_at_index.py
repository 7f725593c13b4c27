from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0005_updated_at_index"),
        ("journeys", "0007_updated_at_index"),
        ("ownership", "0002_walls"),
        ("people", "0003_homes"),
        ("workspaces", "0002_comment_mail"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="appointment",
            name="appointment_by_workspace",
        ),
        migrations.RemoveIndex(
            model_name="claim",
            name="claim_by_workspace",
        ),
        migrations.RemoveIndex(
            model_name="deputy",
            name="deputy_by_workspace",
        ),
        migrations.RemoveIndex(
            model_name="directorship",
            name="directorship_by_workspace",
        ),
        migrations.RemoveIndex(
            model_name="flag",
            name="flag_by_workspace",
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                fields=["workspace", "updated_at", "id"], name="appointment_by_time"
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["workspace", "updated_at", "id"], name="claim_by_time"),
        ),
        migrations.AddIndex(
            model_name="deputy",
            index=models.Index(fields=["workspace", "updated_at", "id"], name="deputy_by_time"),
        ),
        migrations.AddIndex(
            model_name="directorship",
            index=models.Index(
                fields=["workspace", "updated_at", "id"], name="directorship_by_time"
            ),
        ),
        migrations.AddIndex(
            model_name="flag",
            index=models.Index(fields=["workspace", "updated_at", "id"], name="flag_by_time"),
        ),
    ]
