"""Endpoints that receive events by HTTP, and the deliveries to them.

These tables are configuration and working data of the application, so they are not records, and their
changes are not in the log. Changes to endpoints are logged as AccessEvents.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7
from workspaces.models import Member, Workspace


class Failure(models.TextChoices):
    """Why an attempt failed."""

    STATUS = "status", _("The response’s status isn’t 2xx")
    REDIRECT = "redirect", _("The response is a redirect, which isn’t followed")
    TIMEOUT = "timeout", _("No complete response within 10 seconds")
    NAME = "name", _("The host name can’t be resolved")
    ADDRESS = "address", _("The host has an address that isn’t on the public internet")
    CONNECTION = "connection", _("No connection, or it ended too early")
    URL = "url", _("The URL isn’t allowed on this server")
    SECRET = "secret", _("The secret can’t be decrypted. Rotate it")


class Endpoint(models.Model):
    """A URL that receives events of some types. Protected by row-level security.

    The secrets are encrypted (webhooks/secrets.py). After a rotation, events are signed with both the
    old and the new secret until `old_secret_until`. `failing_since` is the time of the first failure
    after the last success.
    """

    class DisabledReason(models.TextChoices):
        ADMIN = "admin", _("Disabled by an admin")
        FAILING = "failing", _("Disabled after five days without a success")
        GONE = "gone", _("Disabled because it answered 410 Gone")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="+")
    url = models.CharField(max_length=2000)
    name = models.CharField(max_length=120, blank=True)
    event_types = ArrayField(models.CharField(max_length=60))
    secret = models.TextField()
    old_secret = models.TextField(blank=True)
    old_secret_until = models.DateTimeField(null=True)
    rotated_by = models.UUIDField(null=True)  # the gesture of the last rotation
    disabled_reason = models.CharField(
        max_length=7, choices=DisabledReason.choices, blank=True, default=""
    )
    disabled_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    last_attempt_at = models.DateTimeField(null=True)
    last_status = models.SmallIntegerField(null=True)
    last_failure = models.CharField(max_length=10, choices=Failure.choices, blank=True, default="")
    created_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(disabled_reason="", disabled_at=None)
                | (~models.Q(disabled_reason="") & models.Q(disabled_at__isnull=False)),
                name="a_disabled_endpoint_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.url

    @property
    def is_active(self) -> bool:
        return not self.disabled_reason


class Delivery(models.Model):
    """An event for an endpoint. Protected by row-level security.

    `event_id` and `body` never change, so receivers can recognize an event that they received before.
    While its state is `waiting`, the next attempt is made at `next_attempt_at`. Until `leased_until`, the
    delivery is reserved for the sender that has claimed it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="+", db_index=False)
    endpoint = models.ForeignKey(
        Endpoint, models.CASCADE, related_name="deliveries", db_index=False
    )
    event_id = models.CharField(max_length=100)
    event_type = models.CharField(max_length=60)
    body = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    attempts = models.SmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    last_attempt_at = models.DateTimeField(null=True)
    last_status = models.SmallIntegerField(null=True)
    last_failure = models.CharField(max_length=10, choices=Failure.choices, blank=True, default="")
    last_answer = models.TextField(blank=True, default="")  # the beginning of the last response

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["endpoint", "event_id"], name="one_delivery_per_event"),
            models.CheckConstraint(
                condition=models.Q(state="waiting", next_attempt_at__isnull=False)
                | (~models.Q(state="waiting") & models.Q(next_attempt_at=None)),
                name="a_waiting_delivery_has_a_next_attempt",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["endpoint", "next_attempt_at", "id"],
                condition=models.Q(state="waiting"),
                name="webhook_delivery_due",
            ),
            models.Index(
                fields=["endpoint"],
                condition=models.Q(state="waiting", leased_until__isnull=False),
                name="webhook_delivery_leased",
            ),
            # the log of an endpoint, with each of its filters
            models.Index(fields=["endpoint", "-id"], name="webhook_delivery_newest"),
            models.Index(fields=["endpoint", "state", "-id"], name="webhook_delivery_by_state"),
            models.Index(fields=["endpoint", "event_type", "-id"], name="webhook_delivery_by_type"),
            models.Index(fields=["workspace", "id"], name="webhook_delivery_by_id"),
        ]

    @property
    def text(self) -> str:
        return bytes(self.body).decode()
