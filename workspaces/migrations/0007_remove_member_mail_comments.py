from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0006_files_and_jobs_walls")]
    operations = [migrations.RemoveField(model_name="member", name="mail_comments")]
