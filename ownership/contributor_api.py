"""REST API views for contributors: who takes part in a stage beside its director."""

from typing import Any, ClassVar

from django.urls import path
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from changes.api.records import RecordListAPIView
from core.api import examples
from journeys.models import Stage
from ownership import contributor_serializers as shapes
from ownership import services
from ownership.api_base import OwnershipAPIMixin, OwnershipDetailAPIView
from ownership.models import Contributor
from people.models import Department, Person

CREATE_EXAMPLE = OpenApiExample(
    "A department is consulted",
    value={
        "stage": examples.STAGE,
        "department": examples.DEPARTMENT,
        "part": "consulted",
    },
    request_only=True,
)


class ContributorAPIMixin(OwnershipAPIMixin):
    model = Contributor
    serializer_class = shapes.ContributorSerializer


class ContributorListAPIView(ContributorAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {
        "journey": "stream",
        "stage": "stage",
        "department": "department",
        "person": "person",
        "part": "part",
    }

    @extend_schema(
        request=shapes.ContributorCreateSerializer,
        responses={201: shapes.ContributorSerializer},
        examples=[CREATE_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Give a department or a person a part in a stage. Each has at most one part there."""
        sent = self.require_known_fields(frozenset({"stage", "department", "person", "part"}))
        stage = self.related_record(Stage, sent, "stage")
        named: dict[str, Any] = {
            name: self.related_record(model, sent, name)
            for name, model in (("department", Department), ("person", Person))
            if sent.get(name) is not None
        }
        part = self.parsed_value("part")
        actor = self.idempotent_actor(stage.workspace_id)
        return self.run(
            lambda: services.contributor_create(stage=stage, part=part, actor=actor, **named), 201
        )


class ContributorDetailAPIView(ContributorAPIMixin, OwnershipDetailAPIView):
    if_match_methods = frozenset({"PATCH", "DELETE"})
    summaries: ClassVar = {
        "GET": "Retrieve {a}.",
        "PATCH": "Change the part of {a}.",
        "DELETE": "Remove {a}.",
    }

    @extend_schema(
        request=shapes.ContributorUpdateSerializer, responses=shapes.ContributorSerializer
    )
    def patch(self, request: Request, id: Any) -> Response:  # noqa: A002
        row = self.get_object()
        changes = self.writable_changes(row, frozenset({"part"}))
        if not changes:
            return self.unchanged_response(row)
        part = self.parsed_value("part")
        actor = self.actor_with_if_match(self.idempotent_actor(row.workspace_id), row)
        return self.run(
            lambda: services.contributor_update(contributor=row, part=part, actor=actor)
        )

    def delete(self, request: Request, id: Any) -> Response:  # noqa: A002
        row = self.get_object()
        actor = self.actor_with_if_match(self.idempotent_actor(row.workspace_id), row)
        services.contributor_remove(contributor=row, actor=actor)
        return Response(status=204)


urlpatterns = [
    path("contributors", ContributorListAPIView.as_view(), name="api_contributors"),
    path("contributors/<uuid:id>", ContributorDetailAPIView.as_view(), name="api_contributor"),
]
