from django.db import migrations, models

TODAY = """
CREATE FUNCTION cxmap_today(workspace uuid) RETURNS date LANGUAGE sql STABLE AS $$
  SELECT (now() AT TIME ZONE time_zone)::date FROM workspaces_workspace WHERE id = workspace
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0002_comment_mail")]
    operations = [
        migrations.AddField(
            model_name="workspace",
            name="time_zone",
            field=models.CharField(default="UTC", max_length=64),
        ),
        migrations.RunSQL(TODAY, "DROP FUNCTION cxmap_today(uuid)"),
    ]
