"""A follower is locked by its worker's connection; what is left of its lease is a pause."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("changes", "0006_fold")]
    operations = [migrations.RenameField("followercursor", "claimed_until", "paused_until")]
