"""REST API view for a workspace's thresholds."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.actors import MEMBERS
from core.api.views import BaseAPIView
from ownership.services import thresholds_update
from ownership.thresholds import THRESHOLDS, thresholds
from workspaces.access import get_workspace
from workspaces.queries import workspace_by_id


class ThresholdsSerializer(serializers.Serializer):
    """The thresholds of a workspace, by name. Names end in their unit."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {
            name: serializers.IntegerField(
                min_value=one.minimum, max_value=one.maximum, help_text=f"Default: {one.default}."
            )
            for name, one in THRESHOLDS.items()
        }


class ThresholdsAPIView(BaseAPIView):
    read_scopes = ("ownership:read",)
    write_scopes = ("members:manage",)
    etag_methods = frozenset({"GET", "PATCH"})
    if_match_methods = frozenset({"PATCH"})

    @extend_schema(responses=ThresholdsSerializer)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Retrieve the thresholds of a workspace's audit and contests."""
        values = thresholds(get_workspace(self.caller, id))
        return self.etag_response(thresholds_etag(values), lambda: values)

    @extend_schema(request=ThresholdsSerializer(partial=True), responses=ThresholdsSerializer)
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Set some of a workspace's thresholds, and start an audit. Only admins can do this."""
        workspace = get_workspace(self.caller, id, MEMBERS)
        sent = {
            # Some clients write whole numbers as 30.0.
            name: int(value) if isinstance(value, float) and value.is_integer() else value
            for name, value in self.require_known_fields(frozenset(THRESHOLDS)).items()
        }
        actor = self.with_if_match(
            self.idempotent_actor(id), lambda: thresholds_etag(_stored_thresholds(id))
        )
        values = thresholds(thresholds_update(workspace=workspace, values=sent, actor=actor))
        return Response(values, headers={"ETag": thresholds_etag(values)})


def thresholds_etag(values: dict[str, Any]) -> str:
    """Return the ETag of these thresholds."""
    return f'"{sha256(repr(sorted(values.items())).encode()).hexdigest()[:16]}"'


def _stored_thresholds(workspace_id: UUID) -> dict[str, int]:
    return thresholds(workspace_by_id(workspace_id))


urlpatterns = [
    path("workspaces/<uuid:id>/thresholds", ThresholdsAPIView.as_view(), name="api_thresholds"),
]
