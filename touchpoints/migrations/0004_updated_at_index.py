from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0005_updated_at_index"),
        ("journeys", "0007_updated_at_index"),
        ("touchpoints", "0003_homes"),
        ("workspaces", "0002_comment_mail"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="channel",
            name="channel_by_workspace",
        ),
        migrations.RemoveIndex(
            model_name="promise",
            name="promise_by_workspace",
        ),
        migrations.RemoveIndex(
            model_name="touchpoint",
            name="touchpoint_by_workspace",
        ),
        migrations.AddIndex(
            model_name="channel",
            index=models.Index(fields=["workspace", "updated_at", "id"], name="channel_by_time"),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(fields=["workspace", "updated_at", "id"], name="promise_by_time"),
        ),
        migrations.AddIndex(
            model_name="touchpoint",
            index=models.Index(fields=["workspace", "updated_at", "id"], name="touchpoint_by_time"),
        ),
    ]
