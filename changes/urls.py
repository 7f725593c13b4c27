from django.urls import path

from changes import views

urlpatterns = [
    path(
        "workspaces/<uuid:workspace_id>/gestures/<uuid:gesture>/undo/",
        views.UndoView.as_view(),
        name="undo",
    ),
]
