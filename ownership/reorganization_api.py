"""REST API views for reorganizations of departments."""

from typing import ClassVar

from django.urls import path
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from changes.api.records import RecordAPIView, RecordListAPIView
from core.api.examples import DEPARTMENT
from core.errors import InvalidRequest
from ownership import reorganization_serializers as shapes
from ownership import services
from ownership.api_base import OwnershipAPIMixin, OwnershipDetailAPIView
from ownership.models import Reorganization
from ownership.reorganization_plans import Merge
from ownership.reorganizations import SCOPES
from people.models import Department

MERGE_FIELDS = frozenset({"department", "into", "new_name"})
MERGE = {
    "department": DEPARTMENT,
    "into": "019ab1c2-d3e4-7f50-8a6b-0000000000d2",
    "new_name": "Service",
}
PLAN_EXAMPLE = OpenApiExample("A merge", value=MERGE, request_only=True)
MERGE_EXAMPLE = OpenApiExample(
    "A merge",
    value=MERGE | {"digest": "3f2a9c", "reason": "One team answers for shops and lines."},
    request_only=True,
)


class ReorganizationAPIMixin(OwnershipAPIMixin):
    model = Reorganization
    serializer_class = shapes.ReorganizationSerializer
    write_scopes = SCOPES

    def read_merge(self, more: frozenset[str] = frozenset()) -> Merge:
        """Return the merge in the body. Raises InvalidRequest for departments that the caller can't read."""
        sent = self.require_known_fields(MERGE_FIELDS | more)
        return Merge(
            self.related_record(Department, sent, "department"),
            self.related_record(Department, sent, "into"),
            self.body_value(Department, "name", "new_name", default=""),
        )


class ReorganizationListAPIView(ReorganizationAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {"kind": "kind", "department": "department", "into": "into"}

    @extend_schema(
        request=shapes.ReorganizationCreateSerializer,
        responses={201: shapes.ReorganizationSerializer},
        examples=[MERGE_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Merge a department into another one, as an admin, after a dry run. It can't be undone."""
        merge = self.read_merge(frozenset({"digest", "reason"}))
        reason = self.parsed_value("reason")
        digest = self.json_body.get("digest")
        if not isinstance(digest, str):
            raise InvalidRequest.at("/digest", "required", "Send the digest of the dry run.")
        actor = self.idempotent_actor(merge.department.workspace_id)
        return self.run(
            lambda: services.departments_merge(
                request=merge, reason=reason, digest=digest, actor=actor
            ),
            201,
        )


class ReorganizationDetailAPIView(ReorganizationAPIMixin, OwnershipDetailAPIView):
    pass


class ReorganizationDryRunAPIView(ReorganizationAPIMixin, RecordAPIView):
    takes_key = False  # it writes nothing
    etag_methods = frozenset()

    @extend_schema(
        request=shapes.PlanCreateSerializer,
        responses={200: shapes.PlanSerializer},
        examples=[PLAN_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Return everything that a merge would change, and change nothing."""
        merge = self.read_merge()
        actor = self.caller.actor_for(merge.department.workspace_id)
        plan = services.reorganization_plan(merge, actor=actor)
        return Response(shapes.PlanSerializer(plan).data)


urlpatterns = [
    path("reorganizations", ReorganizationListAPIView.as_view(), name="api_reorganizations"),
    path(
        "reorganizations/dry-run",
        ReorganizationDryRunAPIView.as_view(),
        name="api_reorganization_dry_run",
    ),
    path(
        "reorganizations/<uuid:id>",
        ReorganizationDetailAPIView.as_view(),
        name="api_reorganization",
    ),
]
