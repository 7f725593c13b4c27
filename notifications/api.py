"""REST API views for the caller's notices."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.parameters import WORKSPACE, QueryParameter
from core.api.views import BaseAPIView
from core.errors import InvalidRequest
from core.notices import Topic
from notifications.access import get_notice
from notifications.models import Notice
from notifications.services import notice_mark_seen

STATES = {"open": Q(settled_at=None), "settled": Q(settled_at__isnull=False)}


class NoticeSerializer(serializers.ModelSerializer):
    workspace = serializers.UUIDField(source="workspace_id")
    subject_type = serializers.CharField(
        help_text="`directorship` (a proposal), `flag`, `comment` (a thread), `party` (a case to"
        " state), `contest` (to rule on), `ruling`, `appeal`, `case`, `handoff` (to sign), `demotion`,"
        " `absence` (for which you stand in), `invitation` or `webhook` (if it was disabled)."
    )
    on_behalf_of = serializers.UUIDField(
        source="on_behalf_of_id",
        allow_null=True,
        help_text="The absent member for whom you stand in. Null if the notice is your own.",
    )
    journey = serializers.UUIDField(
        allow_null=True,
        help_text="Null for an invitation. The id of the workspace for an absence and for a flag about"
        " a person.",
    )
    due = serializers.DateTimeField(
        allow_null=True, help_text="When the matter is escalated to the next person."
    )
    outcome = serializers.ChoiceField(
        choices=Notice.Outcome.choices, allow_blank=True, help_text="Empty while it is open."
    )

    class Meta:
        model = Notice
        fields: ClassVar = (
            "id",
            "workspace",
            "on_behalf_of",
            "topic",
            "subject_type",
            "subject_id",
            "journey",
            "since",
            "due",
            "seen_at",
            "settled_at",
            "outcome",
        )
        read_only_fields: ClassVar = fields


class NoticeListAPIView(ListModelMixin, BaseAPIView):
    serializer_class = NoticeSerializer
    is_list = True
    read_scopes = ("notices:read",)
    query_parameters: ClassVar = {
        "workspace": WORKSPACE,
        "state": QueryParameter(
            {"type": "string", "enum": list(STATES)}, "Only notices in this state."
        ),
        "topic": QueryParameter({"type": "string", "enum": Topic.values}, "Only this topic."),
    }

    def get(self, request: Request) -> Response:
        """List your open and settled notices.

        A notice is settled when it no longer needs your attention, and deleted 90 days later. Service tokens
        have no notices.
        """
        return self.list(request)

    def get_queryset(self) -> QuerySet[Notice]:
        mine = Q(pk=None)
        for workspace_id in self.requested_workspace_ids():
            member_id = self.caller.actor_for(workspace_id).member_id
            if member_id is not None:
                mine |= Q(workspace=workspace_id, member=member_id)
        notices = Notice.objects.filter(mine)
        if state := self._choice("state", STATES):
            notices = notices.filter(STATES[state])
        if topic := self._choice("topic", Topic.values):
            notices = notices.filter(topic=topic)
        return notices

    def _choice(self, name: str, choices: Any) -> str | None:
        value = self.request._request.GET.get(name)
        if value is not None and value not in choices:
            raise InvalidRequest.at(f"?{name}", "choice", f"Use one of {', '.join(choices)}.")
        return value


class NoticeDetailAPIView(BaseAPIView):
    serializer_class = NoticeSerializer
    read_scopes = ("notices:read",)

    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Retrieve one of your notices."""
        return Response(NoticeSerializer(get_notice(self.caller, id)).data)


class NoticeSeenAPIView(BaseAPIView):
    serializer_class = NoticeSerializer
    has_location = False
    write_scopes = ("notices:write",)

    @extend_schema(request=None, responses=NoticeSerializer)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Mark one of your notices as seen, which settles it. A settled notice doesn't change."""
        self.require_empty_body()
        notice = get_notice(self.caller, id)
        notice_mark_seen(notice=notice, actor=self.idempotent_actor(notice.workspace_id))
        return Response(NoticeSerializer(get_notice(self.caller, id)).data)


urlpatterns = [
    path("notices", NoticeListAPIView.as_view(), name="api_notices"),
    path("notices/<uuid:id>", NoticeDetailAPIView.as_view(), name="api_notice"),
    path("notices/<uuid:id>/seen", NoticeSeenAPIView.as_view(), name="api_notice_seen"),
]
