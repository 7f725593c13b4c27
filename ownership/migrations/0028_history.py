"""Add the history of ownership, and let `ownership_standing` compute the standing of another day.

See docs/decisions/0082-history-of-ownership.md.
"""

from importlib import import_module
from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

NOW = "(now() AT TIME ZONE time_zone)::date"
DAY = f"coalesce(nullif(current_setting('cxmap.today', true), '')::date, {NOW})"
PREVIOUS_ABSENCE = import_module("ownership.migrations.0009_standing_in_parallel").ABSENCE
ABSENCE = PREVIOUS_ABSENCE.replace(NOW, DAY)
# The function was made by workspaces/migrations/0003_time_zone.py.
TODAY = """
CREATE OR REPLACE FUNCTION cxmap_today(workspace uuid) RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT {day} FROM workspaces_workspace WHERE id = workspace
$$
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("ownership", "0027_agreements_and_plans"),
        ("workspaces", "0012_demotion_walls"),
    ]
    operations: ClassVar = [
        migrations.RunSQL(ABSENCE, PREVIOUS_ABSENCE),
        migrations.RunSQL(TODAY.format(day=DAY), TODAY.format(day=NOW)),
        migrations.CreateModel(
            name="Tenure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("journey_id", models.UUIDField()),
                ("stage_id", models.UUIDField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("owned", "One director"),
                            ("claimed", "Claimed, not confirmed"),
                            ("vacant", "Nobody"),
                            ("contested", "Two or more claim it"),
                            ("orphaned", "Director is gone"),
                        ],
                        max_length=9,
                    ),
                ),
                ("director_id", models.UUIDField(null=True)),
                ("department_id", models.UUIDField(null=True)),
                (
                    "claimants",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None
                    ),
                ),
                ("is_counted", models.BooleanField()),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "since", "until"], name="tenure_by_day"),
                    models.Index(
                        fields=["workspace", "journey_id", "since"], name="tenure_by_journey"
                    ),
                    models.Index(fields=["stage_id", "until"], name="tenure_by_stage"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("stage_id",),
                        name="one_open_tenure",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None), ("until__gt", models.F("since")), _connector="OR"
                        ),
                        name="a_tenure_lasts_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Spell",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stream_id", models.UUIDField()),
                ("flag_id", models.UUIDField()),
                ("rule", models.CharField(max_length=12)),
                ("subject_type", models.CharField(max_length=40)),
                ("subject_id", models.UUIDField()),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("resolved", "Resolved"),
                            ("dismissed", "Dismissed"),
                        ],
                        default="",
                        max_length=9,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["workspace", "opened_at", "closed_at"], name="spell_by_time"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("flag_id", "opened_at"), name="one_spell_per_opening"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_at", None),
                            ("how", ""),
                        )
                        | models.Q(("closed_at__isnull", False), ~models.Q(("how", ""))),
                        name="a_closed_spell_says_how",
                    ),
                ],
            },
        ),
    ]
