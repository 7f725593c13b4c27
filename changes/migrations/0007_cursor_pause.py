"""Replace the lease of a follower by a lock of its worker's connection.

The remaining field is the pause after a failure.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("changes", "0006_fold")]
    operations = [migrations.RenameField("followercursor", "claimed_until", "paused_until")]
