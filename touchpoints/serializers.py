"""Touchpoints, channels and promises as programs see them."""

from typing import ClassVar

from changes.rest.serializers import HEAD, RecordSerializer, after, in_journey
from touchpoints.models import Channel, Promise, Touchpoint


class ChannelSerializer(RecordSerializer):
    class Meta:
        model = Channel
        fields: ClassVar = (*HEAD, "name", "glyph")


SYNCED = (
    "source",
    "external_id",
    "source_updated_at",
    "source_scale",
    "source_value",
    "actors",
    "attributes",
)


class TouchpointSerializer(RecordSerializer):
    journey = in_journey()
    after = after("touchpoint")

    class Meta:
        model = Touchpoint
        fields: ClassVar = (
            *HEAD,
            "journey",
            "step",
            "lane",
            *Touchpoint.plain,
            "position",
            "after",
            *SYNCED,
        )
        read_only_fields: ClassVar = ("position", *SYNCED)
        validators: ClassVar = []


class PromiseSerializer(RecordSerializer):
    journey = in_journey()

    class Meta:
        model = Promise
        fields: ClassVar = (
            *HEAD,
            "journey",
            "title",
            "made_in",
            "tested_in",
            "status",
            "evidence",
        )
