from django.urls import path

from storyboards import views

urlpatterns = [
    path("w/<slug:slug>/pictures/<str:name>", views.PictureView.as_view(), name="picture"),
    path("figure.svg", views.FigureView.as_view(), name="figure"),
    path("personas/<uuid:record_id>/edit/", views.PersonaEditView.as_view(), name="persona_edit"),
    path(
        "workspaces/<uuid:parent_id>/personas/add/",
        views.PersonaCreateView.as_view(),
        name="persona_add",
    ),
]
