"""Serializers for the caller, workspaces, members, invitations and tokens."""

from typing import ClassVar

from rest_framework import serializers

from core.scopes import token_scopes
from workspaces.models import Invitation, Member, Token, Workspace


class WorkspaceSerializer(serializers.ModelSerializer):
    time_zone = serializers.CharField(
        help_text="IANA name. Days begin and end in this time zone. End dates are inclusive."
    )

    class Meta:
        model = Workspace
        fields: ClassVar = ("id", "name", "slug", "time_zone", "created_at")


class MembershipSerializer(serializers.Serializer):
    """A workspace that the caller can enter, and the caller's rights in it."""

    workspace = serializers.UUIDField()
    member = serializers.UUIDField(allow_null=True)
    rights = serializers.ListField(child=serializers.CharField())


class MeSerializer(serializers.Serializer):
    """The authenticated login or token."""

    kind = serializers.ChoiceField(choices=["member", "token"])
    name = serializers.CharField()
    email = serializers.EmailField(allow_null=True)
    scopes = serializers.ListField(
        child=serializers.CharField(),
        allow_null=True,
        help_text="Scopes of the token; null in a session.",
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
        help_text="Link for the invited person. Only returned when the invitation is created."
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
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=list(token_scopes())))
    days = serializers.IntegerField(
        write_only=True,
        required=False,
        min_value=1,
        max_value=366,
        help_text="Days until the token expires. The default is 90.",
    )
    secret = serializers.SerializerMethodField(
        help_text="The token itself. Only returned when the token is created."
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
