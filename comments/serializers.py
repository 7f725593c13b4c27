"""Serializers for comments."""

from typing import Any, ClassVar

from rest_framework import serializers

from changes.api.serializers import BASE_FIELDS, RecordSerializer, journey_field
from comments.models import MAX_BODY_LENGTH, Comment


def mentions(**options: Any) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.UUIDField(),
        help_text="Ids of the mentioned members, who are written as @Name in the body.",
        **options,
    )


def place(**options: Any) -> serializers.FloatField:
    return serializers.FloatField(
        min_value=0,
        max_value=1,
        allow_null=True,
        help_text="The place in a frame's picture, as a fraction of its size. Send both x and y, or neither.",
        **options,
    )


class CommentSerializer(RecordSerializer):
    journey = journey_field()
    mentions = mentions()
    x = place()
    y = place()

    class Meta:
        model = Comment
        fields: ClassVar = (
            *BASE_FIELDS,
            "journey",
            "subject_type",
            "subject_id",
            "thread",
            "author",
            "guest_name",
            "body",
            "mentions",
            "x",
            "y",
            "made_at",
            "edited_at",
            "resolved_at",
            "resolved_by",
        )


class NewCommentSerializer(serializers.Serializer):
    """A new thread (with journey and subject) or a reply (with thread)."""

    journey = serializers.UUIDField(required=False)
    subject_type = serializers.CharField(required=False, max_length=40)
    subject_id = serializers.UUIDField(required=False)
    thread = serializers.UUIDField(
        required=False, help_text="For a reply, instead of the three fields above."
    )
    body = serializers.CharField(max_length=MAX_BODY_LENGTH)
    mentions = mentions(required=False)
    x = place(required=False)
    y = place(required=False)


class CommentChangeSerializer(serializers.Serializer):
    body = serializers.CharField(required=False, max_length=MAX_BODY_LENGTH)
    mentions = mentions(required=False)
