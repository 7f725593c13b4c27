"""API routes for streams: each journey, and each workspace's directory."""

from django.urls import path

from changes.api import presence, streams, versions

urlpatterns = [
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
