from django.urls import path

from exchange import views

urlpatterns = [
    path("w/<slug:slug>/import/", views.JourneyImportView.as_view(), name="map_import"),
    path(
        "journeys/<uuid:journey_id>/export/<str:format>/",
        views.JourneyExportView.as_view(),
        name="map_export",
    ),
]
