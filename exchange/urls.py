from django.urls import path

from exchange import views

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
]
