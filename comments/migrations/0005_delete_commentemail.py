from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("comments", "0004_labels")]
    operations = [migrations.DeleteModel(name="CommentEmail")]
