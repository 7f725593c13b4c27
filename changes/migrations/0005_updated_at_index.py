from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0004_named_version_walls"),
        ("workspaces", "0002_comment_mail"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="namedversion",
            name="namedversion_by_workspace",
        ),
        migrations.AddField(
            model_name="feedcounter",
            name="at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="namedversion",
            index=models.Index(
                fields=["workspace", "updated_at", "id"], name="namedversion_by_time"
            ),
        ),
    ]
