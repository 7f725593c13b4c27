"""API views that list journey templates and create journeys from them."""

from typing import Any, ClassVar
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from changes.api.records import RecordListAPIView
from core.actors import DRAW, Actor
from core.api.pagination import KeysetPagination
from core.api.parameters import WORKSPACE
from core.api.views import BaseAPIView
from core.errors import InvalidRequest
from journey_templates.queries import JourneyTemplate, list_templates
from journey_templates.services import journey_create_from_template
from journeys.api import JourneyListAPIMixin
from journeys.models import Journey

TEMPLATES_VALUE = {
    "next": None,
    "previous": None,
    "results": [
        {
            "id": "hotel-stay",
            "template": "hotel-stay",
            "workspace": None,
            "title": "A hotel stay",
            "summary": "From the search for a room to the review.",
            "kind": "customer",
            "stages": ["Book", "Stay"],
            "steps": 2,
            "touchpoints": 3,
            "emotions": [1.0, -0.5],
        }
    ],
}


class TemplateSerializer(serializers.Serializer):
    id = serializers.CharField(source="key", help_text="Same as `template`.")
    template = serializers.CharField(
        source="key",
        help_text="The name of a built-in template or a journey's id. Used in `POST /journeys`.",
    )
    workspace = serializers.UUIDField(allow_null=True, help_text="Null for a built-in template.")
    title = serializers.CharField()
    summary = serializers.CharField()
    kind = serializers.CharField()
    stages = serializers.ListField(child=serializers.CharField())
    steps = serializers.IntegerField()
    touchpoints = serializers.IntegerField()
    emotions = serializers.ListField(
        child=serializers.FloatField(allow_null=True),
        help_text="The mean emotion of each step, in journey order.",
    )


class JourneyTemplatePagination(KeysetPagination):
    """Pages of templates. Built-in templates come first."""

    def get_key(self, row: JourneyTemplate) -> list[str]:
        return [str(row.workspace or ""), row.key]

    def rows_after(
        self, rows: list[JourneyTemplate], key: list[str] | None
    ) -> list[JourneyTemplate]:
        following = [row for row in rows if key is None or self.get_key(row) > key]
        return sorted(following, key=self.get_key)


class JourneyTemplateListAPIView(ListModelMixin, BaseAPIView):
    serializer_class = TemplateSerializer
    pagination_class = JourneyTemplatePagination
    is_list = True
    read_scopes = ("maps:read", "touchpoints:read")
    query_parameters: ClassVar = {"workspace": WORKSPACE}

    @extend_schema(
        examples=[OpenApiExample("Templates", value=TEMPLATES_VALUE, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        """List the templates for new journeys, built-in templates first."""
        return self.list(request)

    def get_queryset(self) -> list[JourneyTemplate]:
        return list_templates(self.requested_workspace_ids())


class JourneyListAPIView(JourneyListAPIMixin, RecordListAPIView):
    """List journeys, and create one, optionally from a template."""

    def create_journey(
        self, sent: dict[str, Any], actor: Actor, journey_id: UUID, columns: dict[str, Any]
    ) -> Journey:
        if "template" not in sent:
            return super().create_journey(sent, actor, journey_id, columns)
        if "first_stage" in sent:
            raise InvalidRequest.at(
                "/first_stage", "either-or", "Send either a template or a first stage, not both."
            )
        actor.require(DRAW, "touchpoints:write")  # a template includes touchpoints
        return journey_create_from_template(
            template=sent["template"], actor=actor, journey_id=journey_id, **columns
        )


urlpatterns = [
    path("journeys", JourneyListAPIView.as_view(), name="api_journeys"),
    path("journey-templates", JourneyTemplateListAPIView.as_view(), name="api_journey_templates"),
]
