"""Serializers for webhooks and their deliveries."""

import json
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.event_types import event_types
from webhooks.models import Delivery, Endpoint


class WebhookSerializer(serializers.ModelSerializer):
    workspace = serializers.UUIDField(source="workspace_id", required=False)
    url = serializers.CharField(
        help_text="An https URL on the public internet, with port 443 or 8443."
    )
    name = serializers.CharField(required=False)
    event_types = serializers.ListField(
        child=serializers.ChoiceField(choices=sorted(event_types())),
        help_text="The types of events that it gets.",
    )
    is_active = serializers.BooleanField(required=False)
    disabled_reason = serializers.ChoiceField(
        choices=["", *Endpoint.DisabledReason.values],
        read_only=True,
        help_text="`failing`: no success for five days. `gone`: it answered 410.",
    )
    last_failure = serializers.CharField(
        read_only=True, help_text="Why the last attempt failed; empty if it didn't."
    )
    created_by = serializers.UUIDField(source="created_by_id", read_only=True, allow_null=True)
    secret = serializers.SerializerMethodField(
        help_text="The key of the signatures. Only returned when it is created or rotated."
    )

    class Meta:
        model = Endpoint
        fields: ClassVar = (
            "id",
            "workspace",
            "url",
            "name",
            "event_types",
            "is_active",
            "secret",
            "disabled_reason",
            "disabled_at",
            "failing_since",
            "old_secret_until",
            "last_attempt_at",
            "last_status",
            "last_failure",
            "created_by",
            "created_at",
        )
        read_only_fields: ClassVar = (
            "id",
            "disabled_at",
            "failing_since",
            "old_secret_until",
            "last_attempt_at",
            "last_status",
            "created_at",
        )

    def get_secret(self, endpoint: Endpoint) -> str | None:
        return self.context.get("secret")


class WebhookDeliverySerializer(serializers.ModelSerializer):
    workspace = serializers.UUIDField(source="workspace_id")
    webhook = serializers.UUIDField(source="endpoint_id")
    event_id = serializers.CharField(help_text="The header `webhook-id`, the same in each attempt.")
    last_failure = serializers.CharField(
        help_text="Why the last attempt failed; empty if it didn't."
    )
    last_answer = serializers.CharField(help_text="The beginning of the last answer.")
    body = serializers.SerializerMethodField(help_text="The event.")

    class Meta:
        model = Delivery
        fields: ClassVar = (
            "id",
            "workspace",
            "webhook",
            "event_id",
            "event_type",
            "state",
            "attempts",
            "next_attempt_at",
            "last_attempt_at",
            "last_status",
            "last_failure",
            "last_answer",
            "body",
            "created_at",
        )
        read_only_fields: ClassVar = fields

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_body(self, delivery: Delivery) -> Any:
        return json.loads(delivery.text)


class ReplayRequestSerializer(serializers.Serializer):
    since = serializers.DateTimeField(help_text="Events that were created at this time or later.")


class ReplaySerializer(serializers.Serializer):
    replayed = serializers.IntegerField(help_text="How many deliveries wait again.")
