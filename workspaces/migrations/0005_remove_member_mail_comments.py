from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0004_user_language_and_time_zone")]
    operations = [migrations.RemoveField(model_name="member", name="mail_comments")]
