from django.urls import path

from storyboards.views import FrameExcalidrawView, FrameImportView, PictureView

urlpatterns = [
    path("w/<slug:slug>/pictures/<str:name>", PictureView.as_view(), name="picture"),
    path(
        "frames/<uuid:frame_id>/excalidraw/",
        FrameExcalidrawView.as_view(),
        name="frame_excalidraw",
    ),
    path("frames/<uuid:frame_id>/import/", FrameImportView.as_view(), name="frame_import"),
]
