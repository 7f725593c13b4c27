from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0005_updated_at_index"),
        ("journeys", "0006_locks"),
        ("people", "0003_homes"),
        ("workspaces", "0002_comment_mail"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="journey",
            name="journey_by_workspace",
        ),
        migrations.RemoveIndex(
            model_name="lane",
            name="lane_by_workspace",
        ),
        migrations.RemoveIndex(
            model_name="measure",
            name="measure_by_workspace",
        ),
        migrations.RemoveIndex(
            model_name="note",
            name="note_by_workspace",
        ),
        migrations.RemoveIndex(
            model_name="persona",
            name="persona_by_workspace",
        ),
        migrations.RemoveIndex(
            model_name="stage",
            name="stage_by_workspace",
        ),
        migrations.RemoveIndex(
            model_name="step",
            name="step_by_workspace",
        ),
        migrations.AddIndex(
            model_name="journey",
            index=models.Index(fields=["workspace", "updated_at", "id"], name="journey_by_time"),
        ),
        migrations.AddIndex(
            model_name="lane",
            index=models.Index(fields=["workspace", "updated_at", "id"], name="lane_by_time"),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(fields=["workspace", "updated_at", "id"], name="measure_by_time"),
        ),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(fields=["workspace", "updated_at", "id"], name="note_by_time"),
        ),
        migrations.AddIndex(
            model_name="persona",
            index=models.Index(fields=["workspace", "updated_at", "id"], name="persona_by_time"),
        ),
        migrations.AddIndex(
            model_name="stage",
            index=models.Index(fields=["workspace", "updated_at", "id"], name="stage_by_time"),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(fields=["workspace", "updated_at", "id"], name="step_by_time"),
        ),
    ]
