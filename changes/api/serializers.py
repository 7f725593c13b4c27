"""Base serializer for records: the type's own fields, related ids, and metadata from the log."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from django.utils.functional import cached_property
from rest_framework import serializers

BASE_FIELDS = ("id", "workspace", "version", "updated_at", "feed")
# Fields whose column already has the type that they represent.
PLAIN_FIELDS = (
    serializers.BooleanField,
    serializers.CharField,
    serializers.ChoiceField,
    serializers.FloatField,
    serializers.IntegerField,
    serializers.JSONField,
    serializers.PrimaryKeyRelatedField,
)


class RecordSerializer(serializers.ModelSerializer):
    """A record, with metadata from the log."""

    # Reads only columns of the row, so it never runs queries. It doesn't parse requests:
    # changes.ops does, as for the editor, and serializers only describe the shape of the body.
    # OpenAPI shows the docstring above.

    id = serializers.UUIDField(
        required=False, help_text="A UUIDv7. You may choose it when you create the record."
    )
    workspace = serializers.UUIDField(
        source="workspace_id",
        required=False,
        help_text="Optional if you have access to only one workspace.",
    )
    version = serializers.IntegerField(
        read_only=True,
        help_text="The version of its stream when it was last changed. Also the ETag.",
    )
    updated_at = serializers.DateTimeField(
        read_only=True,
        help_text="When it was last changed. Within a workspace, later change sets have later"
        " times.",
    )
    feed = serializers.IntegerField(
        read_only=True,
        help_text="The position in the workspace's feed of the change set that last changed it.",
    )

    def to_representation(self, instance: Any) -> dict[str, Any]:
        # The base class looks up the column of each field again for each row, which takes most of
        # the time of a long list.
        data = {}
        for name, read, represent in self._readers:
            value = read(instance)
            data[name] = value if represent is None or value is None else represent(value)
        return data

    @cached_property
    def _readers(self) -> list[tuple[str, Callable[[Any], Any], Callable[[Any], Any] | None]]:
        """Return (name, function that reads the column, function that converts it to JSON) of each field."""
        return [
            (
                field.field_name,
                attrgetter(self._column_of(field)),
                None if isinstance(field, PLAIN_FIELDS) else field.to_representation,
            )
            for field in self._readable_fields
        ]

    def _column_of(self, field: serializers.Field[Any, Any, Any, Any]) -> str:
        if isinstance(field, serializers.PrimaryKeyRelatedField):
            return str(self.Meta.model._meta.get_field(field.source).attname)
        return str(field.source)


def journey_field(**options: Any) -> serializers.UUIDField:
    """Return a read-only field with the id of the journey that a record belongs to."""
    return serializers.UUIDField(source="stream_id", read_only=True, **options)


def after_field(noun: str) -> serializers.UUIDField:
    """Return a field with the id of the sibling that a record comes after."""
    return serializers.UUIDField(
        write_only=True,
        required=False,
        allow_null=True,
        help_text=f"The {noun} that it follows. Null places it first; if omitted, it is last.",
    )
