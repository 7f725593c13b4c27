"""Compute today's date in `ownership_absence` without calling cxmap_today().

PostgreSQL can't inline the function. Reads of few stages, which look up each director's absence by index, spent
a third of their time in it.
"""

from importlib import import_module
from typing import ClassVar

from django.db import migrations

CREATED = import_module("ownership.migrations.0006_ownership_standing").ABSENCE
PREVIOUS = CREATED.replace("CREATE VIEW", "CREATE OR REPLACE VIEW")
ABSENCE = PREVIOUS.replace("cxmap_today(id) AS day", "(now() AT TIME ZONE time_zone)::date AS day")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ownership", "0008_claimants")]
    operations: ClassVar = [migrations.RunSQL(ABSENCE, PREVIOUS)]
