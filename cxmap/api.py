"""Everything under /api/: the routes of every app, the streams and the OpenAPI description."""

import gzip
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from threading import Lock
from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

import comments.api
import exchange.api
import journey_templates.api
import journeys.api
import ownership.api
import people.api
import sharing.api
import touchpoints.api
import workspaces.api
from changes.api import presence, streams, versions
from cxmap.middleware import accepts_gzip


class RootAPIView(APIView):
    """The entry points of the API."""

    authentication_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        build = request._request.build_absolute_uri
        return Response(
            {
                "docs": build(reverse("api_docs")),
                "openapi": build(reverse("api_schema")),
                "problems": build(reverse("api_problems")),
                "me": build(reverse("api_me")),
            }
        )


@dataclass(frozen=True)
class SchemaDocument:
    """A rendered OpenAPI description."""

    plain: bytes
    compressed: bytes
    etag: str  # weak: shared by the plain and the compressed form


_schema_lock = Lock()  # drf-spectacular cannot build two descriptions at once


def schema_document() -> SchemaDocument:
    """Return the OpenAPI description, which is built on the first call."""
    with _schema_lock:
        return _build_schema_document()


@cache
def _build_schema_document() -> SchemaDocument:
    schema = SchemaGenerator().get_schema(public=True)
    plain = OpenApiJsonRenderer2().render(schema, renderer_context={})
    return SchemaDocument(plain, gzip.compress(plain), f'W/"{sha256(plain).hexdigest()[:32]}"')


class SchemaView(SpectacularAPIView):
    """The OpenAPI description. It is public."""

    authentication_classes = ()
    renderer_classes = (OpenApiJsonRenderer2,)

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        made = schema_document()
        response = HttpResponse(content_type=OpenApiJsonRenderer2.media_type)
        if accepts_gzip(request._request):
            response.content, response["Content-Encoding"] = made.compressed, "gzip"
        else:
            response.content = made.plain
        response["ETag"] = made.etag
        patch_vary_headers(response, ["Accept-Encoding"])
        unchanged = get_conditional_response(request._request, etag=made.etag, response=response)
        return unchanged or response


class ApiDocsView(SpectacularSwaggerSplitView):
    """Swagger UI for the OpenAPI description. Its script is a separate response (strict CSP)."""

    authentication_classes = ()
    template_name = "api_docs.html"
    template_name_js = "api_docs.js"
    url_name = "api_schema"


STREAM_URLS = [
    path(
        "journeys/<uuid:id>/snapshot",
        streams.SnapshotAPIView.as_view(),
        name="api_journey_snapshot",
    ),
    path(
        "journeys/<uuid:id>/changes", streams.ChangesAPIView.as_view(), name="api_journey_changes"
    ),
    path(
        "journeys/<uuid:id>/presence",
        presence.PresenceAPIView.as_view(),
        name="api_journey_presence",
    ),
    path(
        "journeys/<uuid:id>/history", versions.HistoryAPIView.as_view(), name="api_journey_history"
    ),
    path(
        "journeys/<uuid:id>/named-versions",
        versions.NamedVersionsAPIView.as_view(),
        name="api_journey_named_versions",
    ),
    path(
        "journeys/<uuid:id>/restore", versions.RestoreAPIView.as_view(), name="api_journey_restore"
    ),
    path("journeys/<uuid:id>/edits", streams.EditsAPIView.as_view(), name="api_journey_edits"),
    path(
        "workspaces/<uuid:id>/snapshot",
        streams.DirectorySnapshotAPIView.as_view(),
        name="api_workspace_snapshot",
    ),
    path(
        "workspaces/<uuid:id>/changes",
        streams.WorkspaceFeedAPIView.as_view(),
        name="api_workspace_feed",
    ),
    path(
        "workspaces/<uuid:id>/edits",
        streams.DirectoryEditsAPIView.as_view(),
        name="api_workspace_edits",
    ),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *workspaces.api.urlpatterns,
    *people.api.urlpatterns,
    *journey_templates.api.urlpatterns,
    *journeys.api.urlpatterns,
    *touchpoints.api.urlpatterns,
    *ownership.api.urlpatterns,
    *comments.api.urlpatterns,
    *sharing.api.urlpatterns,
    *exchange.api.urlpatterns,
    *STREAM_URLS,
    path("openapi.json", SchemaView.as_view(), name="api_schema"),
]
root, docs = RootAPIView.as_view(), ApiDocsView.as_view()
