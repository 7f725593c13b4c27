"""Models for notices, e-mail preferences and queued e-mail.

These tables are working data of the application. They are not records, and changes to them are not logged.
"""

from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7
from core.notices import Topic
from workspaces.models import Member, Workspace

LAST_HOUR = 23


class Notice(models.Model):
    """Something that needs a member's attention until it is settled.

    The subject is identified by type and id instead of a foreign key, because it can be of any type and can be
    removed. `key` identifies the cause (core.notices.NoticeDraft), so that each cause is announced only once. At `due`,
    the notice is escalated to the next person. If `member` stands in for an absent member, `on_behalf_of` is the
    absent member.
    """

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        SUPERSEDED = "superseded", _("Now waits for someone else")
        SEEN = "seen", _("Marked as seen")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    topic = models.CharField(max_length=20, choices=Topic.choices)
    key = models.CharField(max_length=120)
    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    journey = models.UUIDField(null=True)
    since = models.DateTimeField()
    due = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "key"], name="one_notice_per_occasion"),
            models.CheckConstraint(
                condition=models.Q(settled_at=None, outcome="")
                | (models.Q(settled_at__isnull=False) & ~models.Q(outcome="")),
                name="a_settled_notice_has_an_outcome",
            ),
        ]
        indexes: ClassVar = [
            # for the inbox, and the badge on every page
            models.Index(
                fields=["member"], condition=models.Q(settled_at=None), name="notice_open"
            ),
            # for the follower, which compares the open notices of a journey
            models.Index(
                fields=["workspace", "journey"],
                condition=models.Q(settled_at=None),
                name="notice_open_in_journey",
            ),
        ]


class Preference(models.Model):
    """A member's choice of when to get e-mail about a topic. Without a row, the default applies."""

    class Timing(models.TextChoices):
        AT_ONCE = "at_once", _("At once")
        DIGEST = "digest", _("In the daily digest")
        NEVER = "never", _("Never")

    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    topic = models.CharField(max_length=20, choices=Topic.choices)
    timing = models.CharField(max_length=8, choices=Timing.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "topic"], name="one_preference_per_topic"),
        ]


class EmailHours(models.Model):
    """The hours of a member's e-mail, in the user's time zone or, if not set, the workspace's.

    From `quiet_from` until `quiet_until`, nothing is sent except the digest, whose hour the member
    chooses. Quiet hours can include midnight. If both are null or equal, there are no quiet hours.
    """

    DEFAULT_DIGEST_HOUR = 8

    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="+")
    member = models.OneToOneField(Member, models.PROTECT, related_name="+")
    digest_hour = models.PositiveSmallIntegerField(
        default=DEFAULT_DIGEST_HOUR, validators=[MaxValueValidator(LAST_HOUR)]
    )
    quiet_from = models.PositiveSmallIntegerField(
        null=True, validators=[MaxValueValidator(LAST_HOUR)]
    )
    quiet_until = models.PositiveSmallIntegerField(
        null=True, validators=[MaxValueValidator(LAST_HOUR)]
    )


class Delivery(models.Model):
    """An item to send to a member by e-mail.

    The row is kept after sending, so that the same item isn't queued again. Items that are due at the same time
    are sent in one message. `settled_at` is the time when the item was sent (`sent_at`) or turned out to be no
    longer wanted.
    """

    class Kind(models.TextChoices):
        AT_ONCE = "at_once", _("At once")
        DIGEST = "digest", _("In the daily digest")
        OVERFLOW = "overflow", _("Counted in the digest, because of the weekly limit")

    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    topic = models.CharField(max_length=20, choices=Topic.choices)
    key = models.CharField(max_length=120)
    subject_id = models.UUIDField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)  # until then, other workers skip the row
    attempts = models.SmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "key"], name="one_delivery_per_occasion"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["workspace", "due_at"],
                condition=models.Q(settled_at=None),
                name="delivery_due",
            ),
            # for the weekly limit
            models.Index(
                fields=["member", "sent_at"],
                condition=models.Q(kind="at_once"),
                name="delivery_at_once",
            ),
        ]
