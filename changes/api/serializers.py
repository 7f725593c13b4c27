"""How a record reads from outside: its own fields, keys as ids, and the log's bookkeeping."""

from typing import Any

from rest_framework import serializers

BASE_FIELDS = ("id", "workspace", "version", "updated_at", "feed")


class RecordSerializer(serializers.ModelSerializer):
    """A record, with what the log keeps of it."""

    # It reads columns of the row alone, so never queries. What is sent is read by changes.ops,
    # the same way as in the editor; of that, this only says the shape. The line above is what
    # OpenAPI shows.

    id = serializers.UUIDField(
        required=False, help_text="A UUIDv7. You may choose it when you make the record."
    )
    workspace = serializers.UUIDField(
        source="workspace_id",
        required=False,
        help_text="May be left out by a caller who is in one workspace only.",
    )
    version = serializers.IntegerField(
        read_only=True, help_text="Of its stream, when it was last changed. The ETag."
    )
    updated_at = serializers.DateTimeField(
        read_only=True,
        help_text="When it was last changed. In a workspace, later change sets have later times.",
    )
    feed = serializers.IntegerField(
        read_only=True,
        help_text="Position in the workspace's feed of the change set that last changed it.",
    )


def journey_field(**options: Any) -> serializers.UUIDField:
    """Return the field that says in which journey a record stands."""
    return serializers.UUIDField(source="stream_id", read_only=True, **options)


def after_field(noun: str) -> serializers.UUIDField:
    """Return the field that says after which sibling a record is put."""
    return serializers.UUIDField(
        write_only=True,
        required=False,
        allow_null=True,
        help_text=f"The {noun} it follows; null: the first; left out: the last.",
    )
