"""REST API views for demotions, which take the role of ombudsman from a member and need two admins."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from core.actors import MEMBERS
from core.api.parameters import WORKSPACE
from core.errors import InvalidRequest, NotFound
from core.ids import read_uuid
from workspaces.access import get_demotion, get_member
from workspaces.api_base import AccessAPIView
from workspaces.demotions import ROLES, demotion_ask, demotion_confirm, demotion_withdraw
from workspaces.models import Demotion, Member


class DemotionSerializer(serializers.ModelSerializer):
    """A request to take the role of ombudsman from a member."""

    workspace = serializers.UUIDField(source="workspace_id", read_only=True)
    member = serializers.UUIDField(source="member_id")
    role = serializers.ChoiceField(
        choices=ROLES,
        allow_blank=True,
        required=False,
        help_text="The role that the member gets instead. If empty, the membership ends.",
    )
    asked_by = serializers.UUIDField(source="asked_by_id", read_only=True)
    confirmed_by = serializers.UUIDField(
        source="confirmed_by_id",
        read_only=True,
        allow_null=True,
        help_text="Null while the demotion is pending, and after it was withdrawn.",
    )

    class Meta:
        model = Demotion
        fields: ClassVar = (
            "id",
            "workspace",
            "member",
            "role",
            "reason",
            "asked_by",
            "asked_at",
            "expires_at",
            "confirmed_by",
            "settled_at",
        )
        read_only_fields: ClassVar = ("id", "asked_at", "expires_at", "settled_at")


class DemotionAPIView(AccessAPIView):
    serializer_class = DemotionSerializer
    read_scopes = write_scopes = ("members:manage",)


class DemotionListAPIView(ListModelMixin, DemotionAPIView):
    is_list = True
    query_parameters: ClassVar = {"workspace": WORKSPACE}

    def get(self, request: Request) -> Response:
        """List all demotions in your workspaces: pending, confirmed, withdrawn and expired."""
        return self.list(request)

    def get_queryset(self) -> QuerySet[Demotion]:
        return Demotion.objects.filter(workspace__in=self.requested_workspaces(MEMBERS))

    def post(self, request: Request) -> Response:
        """Ask the other admins to take the role of ombudsman from a member."""
        sent = self.require_known_fields(frozenset({"member", "role", "reason"}))
        member = self.read_member(sent)
        role, reason = (_text(sent, name) for name in ("role", "reason"))
        demotion = demotion_ask(
            member=member,
            role=role,
            reason=reason,
            actor=self.idempotent_actor(member.workspace_id),
        )
        return Response(
            DemotionSerializer(demotion).data,
            status=201,
            headers={"Location": f"/api/v1/demotions/{demotion.id}"},
        )

    def read_member(self, sent: dict[str, Any]) -> Member:
        """Return the member in the body. Raise InvalidRequest if the caller has no access to them."""
        try:
            return get_member(self.caller, read_uuid(sent.get("member"), "/member"))
        except NotFound:
            raise InvalidRequest.at(
                "/member", "not_found", "This member doesn't exist, or you don't have access."
            ) from None


def _text(sent: dict[str, Any], name: str) -> str:
    value = sent.get(name, "")
    if not isinstance(value, str):
        raise InvalidRequest.at(f"/{name}", "type", "Send a string.")
    return value


class DemotionDetailAPIView(DemotionAPIView):
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Retrieve a demotion."""
        return Response(DemotionSerializer(get_demotion(self.caller, id)).data)


class DemotionConfirmAPIView(DemotionAPIView):
    @extend_schema(request=None, responses=DemotionSerializer)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Confirm a demotion that another admin asked for. It takes effect immediately."""
        demotion = get_demotion(self.caller, id)
        actor = self.idempotent_actor(demotion.workspace_id)
        return Response(DemotionSerializer(demotion_confirm(demotion=demotion, actor=actor)).data)


class DemotionWithdrawAPIView(DemotionAPIView):
    @extend_schema(request=None, responses=DemotionSerializer)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Withdraw a demotion. The ombudsman keeps the role."""
        demotion = get_demotion(self.caller, id)
        actor = self.idempotent_actor(demotion.workspace_id)
        return Response(DemotionSerializer(demotion_withdraw(demotion=demotion, actor=actor)).data)


urlpatterns = [
    path("demotions", DemotionListAPIView.as_view(), name="api_demotions"),
    path("demotions/<uuid:id>", DemotionDetailAPIView.as_view(), name="api_demotion"),
    path(
        "demotions/<uuid:id>/confirm",
        DemotionConfirmAPIView.as_view(),
        name="api_demotion_confirm",
    ),
    path(
        "demotions/<uuid:id>/withdraw",
        DemotionWithdrawAPIView.as_view(),
        name="api_demotion_withdraw",
    ),
]
