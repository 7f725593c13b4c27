"""Add what made a file, so that unused pictures of drawings can be found and deleted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0008_user_search_name")]
    operations = [
        migrations.AddField(
            model_name="file",
            name="purpose",
            field=models.CharField(blank=True, default="", max_length=20),
        ),
        migrations.AddIndex(
            model_name="file",
            index=models.Index(
                fields=["workspace", "purpose", "created_at"],
                condition=~models.Q(purpose=""),
                name="file_purpose",
            ),
        ),
    ]
