from django.urls import path

from touchpoints import views

urlpatterns = [
    path(
        "steps/<uuid:parent_id>/touchpoints/add/",
        views.TouchpointCreateView.as_view(),
        name="touchpoint_add",
    ),
    path(
        "touchpoints/<uuid:record_id>/edit/",
        views.TouchpointEditView.as_view(),
        name="touchpoint_edit",
    ),
    path(
        "journeys/<uuid:parent_id>/promises/add/",
        views.PromiseCreateView.as_view(),
        name="promise_add",
    ),
    path("promises/<uuid:record_id>/edit/", views.PromiseEditView.as_view(), name="promise_edit"),
    path("channels/<uuid:record_id>/edit/", views.ChannelEditView.as_view(), name="channel_edit"),
    path(
        "workspaces/<uuid:parent_id>/channels/add/",
        views.ChannelCreateView.as_view(),
        name="channel_add",
    ),
]
