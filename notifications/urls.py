from django.urls import path

from notifications import views

urlpatterns = [
    path(
        "w/<slug:slug>/notifications/",
        views.PreferencesView.as_view(),
        name="notification_preferences",
    ),
    path("notices/<uuid:notice_id>/seen/", views.NoticeSeenView.as_view(), name="notice_seen"),
    path("unsubscribe/<str:secret>/", views.UnsubscribeView.as_view(), name="unsubscribe"),
]
