"""Share links, with which people without a login can see one journey."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7
from workspaces.models import Member, Workspace


class ShareLink(models.Model):
    """A link to one journey. Its secret is shown once, and only its SHA-256 digest is stored.

    A link isn't a record, so it isn't in the change log. `journey` isn't a foreign key, because the row
    is read before the tenant is known, when the journey isn't visible yet. `version` fixes the
    version that the link shows. If `version` is None, the link shows the current state.
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
