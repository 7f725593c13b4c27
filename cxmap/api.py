"""Everything under /api/: the routes of every app, the streams, and their description."""

from django.urls import URLPattern, URLResolver, path
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

import exchange.api
import journeys.api
import ownership.api
import people.api
import touchpoints.api
import workspaces.api
from changes.rest import streams, versions


class OpenApi(SpectacularAPIView):
    """The description of this API for programs; nothing in it is secret."""

    authentication_classes = ()
    renderer_classes = (OpenApiJsonRenderer2,)


class Docs(SpectacularSwaggerSplitView):
    """The same to look at and try out. Its script is a response of its own: no inline script."""

    authentication_classes = ()
    template_name = "api_docs.html"
    url_name = "api_schema"


STREAMS = [
    path("journeys/<uuid:id>/snapshot", streams.Snapshot.as_view(), name="api_journey_snapshot"),
    path("journeys/<uuid:id>/changes", streams.Changes.as_view(), name="api_journey_changes"),
    path("journeys/<uuid:id>/history", versions.History.as_view(), name="api_journey_history"),
    path(
        "journeys/<uuid:id>/named-versions",
        versions.NamedVersions.as_view(),
        name="api_journey_named_versions",
    ),
    path("journeys/<uuid:id>/restore", versions.Restore.as_view(), name="api_journey_restore"),
    path("journeys/<uuid:id>/edits", streams.Edits.as_view(), name="api_journey_edits"),
    path(
        "workspaces/<uuid:id>/snapshot",
        streams.DirectorySnapshot.as_view(),
        name="api_workspace_snapshot",
    ),
    path(
        "workspaces/<uuid:id>/changes", streams.WorkspaceFeed.as_view(), name="api_workspace_feed"
    ),
    path(
        "workspaces/<uuid:id>/edits", streams.DirectoryEdits.as_view(), name="api_workspace_edits"
    ),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *workspaces.api.urlpatterns,
    *people.api.urlpatterns,
    *journeys.api.urlpatterns,
    *touchpoints.api.urlpatterns,
    *ownership.api.urlpatterns,
    *exchange.api.urlpatterns,
    *STREAMS,
    path("openapi.json", OpenApi.as_view(), name="api_schema"),
]
docs = Docs.as_view()
