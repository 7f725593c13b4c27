from django.urls import path

from storyboards.persona_views import FigureView, PersonaCreateView, PersonaEditView
from storyboards.views import FrameExcalidrawView, FrameImportView, PictureView

urlpatterns = [
    path("w/<slug:slug>/pictures/<str:name>", PictureView.as_view(), name="picture"),
    path(
        "frames/<uuid:frame_id>/excalidraw/",
        FrameExcalidrawView.as_view(),
        name="frame_excalidraw",
    ),
    path("frames/<uuid:frame_id>/import/", FrameImportView.as_view(), name="frame_import"),
    path("figure.svg", FigureView.as_view(), name="figure"),
    path("personas/<uuid:record_id>/edit/", PersonaEditView.as_view(), name="persona_edit"),
    path(
        "workspaces/<uuid:parent_id>/personas/add/",
        PersonaCreateView.as_view(),
        name="persona_add",
    ),
]
