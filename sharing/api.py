"""API views for share links."""

from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.urls import path
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from changes.ops import read_value
from core.actors import DRAW
from core.api.views import BaseAPIView
from core.errors import InvalidRequest
from journeys.access import get_journey
from sharing.access import get_share_link
from sharing.models import ShareLink
from sharing.serializers import ShareLinkSerializer
from sharing.services import live_links, share_create, share_revoke


class ShareLinkListAPIView(ListModelMixin, BaseAPIView):
    """The share links of a journey.

    Only for people who are signed in: a token must not create a link that outlives it.
    """

    serializer_class = ShareLinkSerializer
    session_only = True
    shows_secret = True
    is_list = True
    example: ClassVar = {"can": "view", "version": None, "expires_at": "2026-12-24T00:00:00Z"}

    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """List a journey's active share links. Their URLs can't be retrieved again."""
        return self.list(request)

    def get_queryset(self) -> QuerySet[ShareLink]:
        return live_links(get_journey(self.caller, self.kwargs["id"], DRAW).pk)

    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Create a share link. Only this response contains its URL."""
        journey = get_journey(self.caller, id, DRAW)
        sent = self.require_known_fields(
            frozenset({"can", "version", "expires_at", "password", "embed"})
        )
        if "expires_at" not in sent:
            raise InvalidRequest.at(
                "/expires_at", "required", "Set the time when the link expires."
            )
        fields: dict[str, Any] = {
            name: read_value(ShareLink._meta.get_field(name), sent[name], f"/{name}")
            for name in sent
            if name != "password" or sent[name] is not None
        }
        link, secret = share_create(
            journey=journey, actor=self.idempotent_actor(journey.workspace_id), **fields
        )
        url = f"{settings.PUBLIC_URL}/s/{secret}/"
        data = ShareLinkSerializer(link, context={"link": url}).data
        return Response(data, status=201, headers={"Location": f"/api/v1/share-links/{link.id}"})


class ShareLinkDetailAPIView(BaseAPIView):
    session_only = True

    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Revoke a share link. The link stops working immediately."""
        link = get_share_link(self.caller, id)
        share_revoke(link=link, actor=self.idempotent_actor(link.workspace_id))
        return Response(status=204)


urlpatterns = [
    path(
        "journeys/<uuid:id>/share-links",
        ShareLinkListAPIView.as_view(),
        name="api_journey_share_links",
    ),
    path("share-links/<uuid:id>", ShareLinkDetailAPIView.as_view(), name="api_share_link"),
]
