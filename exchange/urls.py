from django.urls import path

from exchange import storyboard_views, views

urlpatterns = [
    path("w/<slug:slug>/import/", views.JourneyImportView.as_view(), name="map_import"),
    path(
        "w/<slug:slug>/export/touchpoints/",
        views.TouchpointExportView.as_view(),
        name="touchpoint_export",
    ),
    path(
        "journeys/<uuid:journey_id>/export/<str:format>/",
        views.JourneyExportView.as_view(),
        name="map_export",
    ),
    path(
        "w/<slug:slug>/journeys/<uuid:journey_id>/storyboard/export/",
        storyboard_views.StoryboardExportView.as_view(),
        name="storyboard_export",
    ),
    path(
        "frames/<uuid:frame_id>/export/<str:format>/",
        storyboard_views.FrameExportView.as_view(),
        name="frame_export",
    ),
]
