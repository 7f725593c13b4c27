"""Who may enter, as programs see it."""

from typing import ClassVar

from rest_framework import serializers

from core.actors import SCOPE_RIGHTS
from workspaces.models import Invitation, Member, Token, Workspace


class WorkspaceSerializer(serializers.ModelSerializer):
    time_zone = serializers.CharField(
        help_text="IANA name. Days begin and end there: a last day counts until it is over."
    )

    class Meta:
        model = Workspace
        fields: ClassVar = ("id", "name", "slug", "time_zone", "created_at")


class MembershipSerializer(serializers.Serializer):
    """A workspace the caller is in, and what it may do there."""

    workspace = serializers.UUIDField()
    member = serializers.UUIDField(allow_null=True)
    rights = serializers.ListField(child=serializers.CharField())


class MeSerializer(serializers.Serializer):
    """Who the server takes the caller for."""

    kind = serializers.ChoiceField(choices=["member", "token"])
    name = serializers.CharField()
    email = serializers.EmailField(allow_null=True)
    scopes = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="Of a token; null in a session."
    )
    expires_at = serializers.DateTimeField(allow_null=True)
    workspaces = MembershipSerializer(many=True)


class MemberSerializer(serializers.ModelSerializer):
    workspace = serializers.UUIDField(source="workspace_id", read_only=True)
    name = serializers.CharField(source="user.name", read_only=True)
    email = serializers.EmailField(source="user.email", read_only=True)

    class Meta:
        model = Member
        fields: ClassVar = ("id", "workspace", "name", "email", "role", "created_at")
        read_only_fields: ClassVar = ("id", "created_at")


class InvitationSerializer(serializers.ModelSerializer):
    workspace = serializers.UUIDField(source="workspace_id", required=False)
    link = serializers.SerializerMethodField(
        help_text="For the invited person; only in the answer that makes it."
    )

    class Meta:
        model = Invitation
        fields: ClassVar = (
            "id",
            "workspace",
            "email",
            "role",
            "created_at",
            "expires_at",
            "accepted_at",
            "revoked_at",
            "link",
        )
        read_only_fields: ClassVar = ("id", "created_at", "expires_at", "accepted_at", "revoked_at")

    def get_link(self, invitation: Invitation) -> str | None:
        link: str | None = self.context.get("link")
        return link


class TokenSerializer(serializers.ModelSerializer):
    workspace = serializers.UUIDField(source="workspace_id", required=False)
    member = serializers.UUIDField(source="member_id", read_only=True, allow_null=True)
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=list(SCOPE_RIGHTS)))
    days = serializers.IntegerField(
        write_only=True, required=False, min_value=1, max_value=366, help_text="90 if not given."
    )
    secret = serializers.SerializerMethodField(
        help_text="The token itself; only in the answer that makes it."
    )

    class Meta:
        model = Token
        fields: ClassVar = (
            "id",
            "workspace",
            "kind",
            "member",
            "name",
            "last4",
            "scopes",
            "created_at",
            "expires_at",
            "revoked_at",
            "last_used_at",
            "days",
            "secret",
        )
        read_only_fields: ClassVar = (
            "id",
            "last4",
            "created_at",
            "expires_at",
            "revoked_at",
            "last_used_at",
        )

    def get_secret(self, token: Token) -> str | None:
        secret: str | None = self.context.get("secret")
        return secret
