"""REST API views for reorganizations of departments."""

import re
from typing import ClassVar
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from changes.api.records import RecordAPIView, RecordListAPIView
from core.api.examples import DEPARTMENT, PLACEMENT
from core.errors import InvalidRequest
from core.ids import read_uuid
from ownership import reorganization_serializers as shapes
from ownership import services
from ownership.api_base import OwnershipAPIMixin, OwnershipDetailAPIView
from ownership.models import Reorganization
from ownership.reorganization_plans import Merge, Split, new_department
from ownership.reorganizations import SCOPES
from people.models import Department

Kind = Reorganization.Kind
COMMON_FIELDS = frozenset({"kind", "department", "new_name"})
DIGEST = re.compile("[0-9a-z]{1,64}")
FIELDS_OF_KIND = {
    Kind.MERGE: COMMON_FIELDS | {"into"},
    Kind.SPLIT: COMMON_FIELDS | {"moving", "others"},
}
MERGE = {
    "kind": "merge",
    "department": DEPARTMENT,
    "into": "019ab1c2-d3e4-7f50-8a6b-0000000000d2",
    "new_name": "Service",
}
SPLIT = {"kind": "split", "department": DEPARTMENT, "new_name": "Outbound", "moving": [PLACEMENT]}
CONFIRMED = {"digest": "3f2a9c", "reason": "One team answers for shops and lines."}


def examples(**more: str) -> list[OpenApiExample]:
    return [
        OpenApiExample("A merge", value=MERGE | more, request_only=True),
        OpenApiExample("A split", value=SPLIT | more, request_only=True),
    ]


class ReorganizationAPIMixin(OwnershipAPIMixin):
    model = Reorganization
    serializer_class = shapes.ReorganizationSerializer
    write_scopes = SCOPES

    def read_reorganization(self, more: frozenset[str] = frozenset()) -> Merge | Split:
        """Return the reorganization in the body. `more` has the names of additional fields that are allowed.

        Raises InvalidRequest for an unknown kind and for departments that the caller can't read.
        """
        kind = self.parsed_value("kind")
        if kind not in Kind.values:
            raise InvalidRequest.at("/kind", "choice", "Send merge or split.")
        sent = self.require_known_fields(FIELDS_OF_KIND[kind] | more)
        department = self.related_record(Department, sent, "department")
        if kind == Kind.MERGE:
            into = self.related_record(Department, sent, "into")
            return Merge(department, into, self.body_value(Department, "name", "new_name", ""))
        return Split(
            department,
            new_department(department, self.body_value(Department, "name", "new_name")),
            self.read_ids("moving"),
            self.read_ids("others") if "others" in sent else None,
        )

    def read_ids(self, name: str) -> frozenset[UUID]:
        sent = self.json_body.get(name)
        if not isinstance(sent, list):
            raise InvalidRequest.at(f"/{name}", "type", "Send a list of ids.")
        return frozenset(read_uuid(value, f"/{name}/{n}") for n, value in enumerate(sent))


class ReorganizationListAPIView(ReorganizationAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {"kind": "kind", "department": "department", "into": "into"}

    @extend_schema(
        request=shapes.ReorganizationCreateSerializer,
        responses={201: shapes.ReorganizationSerializer},
        examples=examples(**CONFIRMED),
    )
    def post(self, request: Request) -> Response:
        """Merge or split departments after a dry run. Only admins can, and it can't be undone."""
        reorganization = self.read_reorganization(frozenset(CONFIRMED))
        reason = self.parsed_value("reason")
        digest = self.json_body.get("digest")
        if not isinstance(digest, str) or not DIGEST.fullmatch(digest):
            raise InvalidRequest.at("/digest", "required", "Send the digest of the dry run.")
        actor = self.idempotent_actor(reorganization.department.workspace_id)
        confirmed = {"reason": reason, "digest": digest, "actor": actor}
        if isinstance(reorganization, Merge):
            return self.run(
                lambda: services.departments_merge(request=reorganization, **confirmed), 201
            )
        return self.run(lambda: services.department_split(request=reorganization, **confirmed), 201)


class ReorganizationDetailAPIView(ReorganizationAPIMixin, OwnershipDetailAPIView):
    pass


class ReorganizationDryRunAPIView(ReorganizationAPIMixin, RecordAPIView):
    takes_key = False  # it writes nothing
    etag_methods = frozenset()

    @extend_schema(
        request=shapes.PlanCreateSerializer,
        responses={200: shapes.PlanSerializer},
        examples=examples(),
    )
    def post(self, request: Request) -> Response:
        """Preview a merge or a split: return everything that it would change, without changing anything."""
        reorganization = self.read_reorganization()
        actor = self.caller.actor_for(reorganization.department.workspace_id)
        plan = services.reorganization_plan(reorganization, actor=actor)
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
