from django.urls import path

from touchpoints import views

urlpatterns = [
    path(
        "steps/<uuid:parent_id>/touchpoints/add/",
        views.TouchpointAdd.as_view(),
        name="touchpoint_add",
    ),
    path(
        "touchpoints/<uuid:record_id>/edit/",
        views.TouchpointSheet.as_view(),
        name="touchpoint_edit",
    ),
    path("journeys/<uuid:parent_id>/promises/add/", views.PromiseAdd.as_view(), name="promise_add"),
    path("promises/<uuid:record_id>/edit/", views.PromiseSheet.as_view(), name="promise_edit"),
    path("channels/<uuid:record_id>/edit/", views.ChannelSheet.as_view(), name="channel_edit"),
    path(
        "workspaces/<uuid:parent_id>/channels/add/", views.ChannelAdd.as_view(), name="channel_add"
    ),
]
