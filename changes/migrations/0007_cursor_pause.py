"""Rename `claimed_until` to `paused_until`.

A lock held by the worker's database connection replaces the follower's lease, so the field only
stores the pause after a failure.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("changes", "0006_fold")]
    operations = [migrations.RenameField("followercursor", "claimed_until", "paused_until")]
