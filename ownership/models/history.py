"""The history of ownership: facts that the audit keeps, and that can be rebuilt from the log."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from ownership.models.standings import StageStanding


class Tenure(models.Model):
    """A period in which the standing of a stage stayed the same at the end of each day.

    `since` is its first day, and `until` the first day after it, or null while it lasts. Days are those of the
    workspace's time zone. ownership/tenures.py writes these rows. They aren't records, because the log
    already contains what they are computed from. Ids are plain, so that history outlives a removed stage.
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.PROTECT, related_name="+", db_index=False
    )
    journey_id = models.UUIDField()
    stage_id = models.UUIDField()
    state = models.CharField(max_length=9, choices=StageStanding.State.choices)
    director_id = models.UUIDField(null=True)
    # The one for which the director directs; if unknown, the one that they head or have been in longest.
    department_id = models.UUIDField(null=True)
    claimants = ArrayField(models.UUIDField())  # persons, the director first
    is_counted = models.BooleanField()  # as in StageStanding
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["stage_id"], condition=models.Q(until=None), name="one_open_tenure"
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gt=models.F("since")),
                name="a_tenure_lasts_a_day",
            ),
        ]
        indexes: ClassVar = [
            # The state of a day, and the changes of a period.
            models.Index(fields=["workspace", "since", "until"], name="tenure_by_day"),
            # A run over some journeys, and the history of a journey.
            models.Index(fields=["workspace", "journey_id", "since"], name="tenure_by_journey"),
            # The last row of a stage, to continue or end it.
            models.Index(fields=["stage_id", "until"], name="tenure_by_stage"),
        ]


class Spell(models.Model):
    """A period in which a flag was open or acknowledged: from its opening to its resolution or dismissal.

    A flag that is reopened has one row for each opening. ownership/spells.py writes these rows.
    """

    class How(models.TextChoices):
        RESOLVED = "resolved", _("Resolved")
        DISMISSED = "dismissed", _("Dismissed")

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.PROTECT, related_name="+", db_index=False
    )
    stream_id = models.UUIDField()
    flag_id = models.UUIDField()
    rule = models.CharField(max_length=12)
    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=9, choices=How.choices, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["flag_id", "opened_at"], name="one_spell_per_opening"),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, how="")
                | (models.Q(closed_at__isnull=False) & ~models.Q(how="")),
                name="a_closed_spell_says_how",
            ),
        ]
        indexes: ClassVar = [
            # The flags of a day, and the changes of a period.
            models.Index(fields=["workspace", "opened_at", "closed_at"], name="spell_by_time"),
        ]
