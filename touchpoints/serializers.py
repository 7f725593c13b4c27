"""REST API serializers for touchpoints, channels and promises."""

from typing import ClassVar

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from changes.api.serializers import BASE_FIELDS, RecordSerializer, after_field, journey_field
from core.api.examples import DEPARTMENT, STAGE, TOUCHPOINT
from touchpoints.models import Channel, Promise, Touchpoint
from touchpoints.sync_payloads import MAX_ATTRIBUTES_BYTES


class ChannelSerializer(RecordSerializer):
    class Meta:
        model = Channel
        fields: ClassVar = (*BASE_FIELDS, "name", "glyph")


SYNC_FIELDS = (
    "source",
    "external_id",
    "source_updated_at",
    "source_scale",
    "source_value",
    "actors",
    "attributes",
)


class TouchpointSerializer(RecordSerializer):
    journey = journey_field()
    after = after_field("touchpoint")

    class Meta:
        model = Touchpoint
        fields: ClassVar = (
            *BASE_FIELDS,
            "journey",
            "step",
            "lane",
            *Touchpoint.op_fields,
            "position",
            "after",
            *SYNC_FIELDS,
        )
        read_only_fields: ClassVar = ("position", *SYNC_FIELDS)
        validators: ClassVar = []


class SyncItemSerializer(serializers.ModelSerializer):
    """A touchpoint as another system sends it. Only the fields that were sent are written."""

    workspace = serializers.UUIDField(required=False)
    stage = serializers.UUIDField(
        required=False, help_text="A new touchpoint is added to the stage's last step."
    )
    step = serializers.UUIDField(required=False)
    lane = serializers.UUIDField(required=False)
    department = serializers.UUIDField(
        required=False, help_text="The department's lane is created if necessary."
    )
    actors = serializers.ListField(child=serializers.CharField(), required=False)
    attributes = serializers.DictField(
        required=False, help_text=f"At most {MAX_ATTRIBUTES_BYTES:,} bytes as JSON."
    )

    class Meta:
        model = Touchpoint
        fields: ClassVar = (
            "workspace",
            "source_updated_at",
            "stage",
            "step",
            "lane",
            "department",
            *Touchpoint.op_fields,
            "source_scale",
            "source_value",
            "actors",
            "attributes",
        )
        extra_kwargs: ClassVar = {"title": {"required": False}}  # required only on create


class SyncBatchItemSerializer(SyncItemSerializer):
    workspace = None
    source = serializers.CharField(max_length=60)
    external_id = serializers.CharField(max_length=200)

    class Meta(SyncItemSerializer.Meta):
        fields: ClassVar = (
            "source",
            "external_id",
            *(name for name in SyncItemSerializer.Meta.fields if name != "workspace"),
        )
        validators: ClassVar = []


class SyncBatchSerializer(serializers.Serializer):
    workspace = serializers.UUIDField(required=False)
    atomic = serializers.BooleanField(
        required=False, help_text="Write all items or none. Defaults to false."
    )
    items = SyncBatchItemSerializer(many=True, min_length=1, max_length=500)


class SyncItemErrorSerializer(serializers.Serializer):
    pointer = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class SyncResultSerializer(serializers.Serializer):
    index = serializers.IntegerField()
    result = serializers.ChoiceField(choices=["created", "updated", "unchanged", "stale", "failed"])
    id = serializers.UUIDField(required=False)
    version = serializers.IntegerField(required=False)
    code = serializers.CharField(required=False)
    errors = SyncItemErrorSerializer(many=True, required=False)


class SyncSummarySerializer(serializers.Serializer):
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    stale = serializers.IntegerField()
    failed = serializers.IntegerField()


class SyncResponseSerializer(serializers.Serializer):
    summary = SyncSummarySerializer()
    results = SyncResultSerializer(many=True)


ITEM_EXAMPLE = {
    "stage": STAGE,
    "department": DEPARTMENT,
    "title": "Refund call",
    "emotion": -1,
    "source_updated_at": "2026-11-23T10:00:00Z",
    "attributes": {"queue": "refunds"},
}
BATCH_EXAMPLES = [
    OpenApiExample(
        "Two support tickets",
        value={
            "items": [
                {"source": "zendesk", "external_id": "42", **ITEM_EXAMPLE},
                {"source": "zendesk", "external_id": "43", "title": "Call back"},
            ]
        },
        request_only=True,
    ),
    OpenApiExample(
        "One item created, one failed",
        value={
            "summary": {"created": 1, "updated": 0, "unchanged": 0, "stale": 0, "failed": 1},
            "results": [
                {
                    "index": 0,
                    "result": "created",
                    "id": TOUCHPOINT,
                    "version": 12,
                },
                {
                    "index": 1,
                    "result": "failed",
                    "code": "max_value",
                    "errors": [
                        {
                            "pointer": "/items/1/emotion",
                            "code": "max_value",
                            "detail": "Ensure this value is less than or equal to 2.",
                        }
                    ],
                },
            ],
        },
        response_only=True,
    ),
]


class PromiseSerializer(RecordSerializer):
    journey = journey_field()

    class Meta:
        model = Promise
        fields: ClassVar = (
            *BASE_FIELDS,
            "journey",
            "title",
            "made_in",
            "tested_in",
            "status",
            "evidence",
        )
