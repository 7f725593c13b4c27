from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0005_updated_at_index"),
        ("comments", "0002_walls"),
        ("workspaces", "0002_comment_mail"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="comment",
            name="comment_by_workspace",
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["workspace", "updated_at", "id"], name="comment_by_time"),
        ),
    ]
