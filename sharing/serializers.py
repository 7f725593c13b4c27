"""Serializers for share links."""

from typing import ClassVar

from rest_framework import serializers

from sharing.models import ShareLink


class ShareLinkSerializer(serializers.ModelSerializer):
    journey = serializers.UUIDField(read_only=True)
    made_by = serializers.UUIDField(source="made_by_id", read_only=True, allow_null=True)
    version = serializers.IntegerField(
        required=False,
        allow_null=True,
        help_text="The version that the link shows. Null for the current state.",
    )
    password = serializers.CharField(
        write_only=True, required=False, allow_null=True, min_length=8, max_length=128
    )
    has_password = serializers.BooleanField(read_only=True)
    link = serializers.SerializerMethodField(
        help_text="The URL. Null except in the response that creates the link."
    )

    class Meta:
        model = ShareLink
        fields: ClassVar = (
            "id",
            "journey",
            "can",
            "version",
            "expires_at",
            "password",
            "has_password",
            "embed",
            "made_by",
            "created_at",
            "last_used_at",
            "link",
        )
        read_only_fields: ClassVar = ("id", "created_at", "last_used_at")

    def get_link(self, link: ShareLink) -> str | None:
        url: str | None = self.context.get("link")
        return url
