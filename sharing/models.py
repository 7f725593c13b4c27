"""Share links, which give people without a login access to one journey."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7
from workspaces.models import Member, Workspace


class ShareLink(models.Model):
    """A credential for one journey. Like a token, it is shown once and stored as a SHA-256 digest.

    It is not a record, so it isn't in the change log. `journey` is not a foreign key, because
    this row is read before the tenant is known, and the journey is only visible afterwards.
    `version` pins the link to one version. None shows the current state.
    """

    class Can(models.TextChoices):
        VIEW = "view", _("View")
        COMMENT = "comment", _("View and comment")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="+")
    journey = models.UUIDField()
    digest = models.CharField(max_length=64, unique=True)
    can = models.CharField(max_length=7, choices=Can.choices, default=Can.VIEW)
    version = models.BigIntegerField(null=True, blank=True)
    password = models.CharField(max_length=128, blank=True, default="")  # hashed; empty for none
    embed = models.BooleanField(default=False)
    made_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["journey"], name="links_of_a_journey")]

    @property
    def has_password(self) -> bool:
        return bool(self.password)
