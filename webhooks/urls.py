from django.urls import path

from webhooks import views

urlpatterns = [
    path("w/<slug:slug>/webhooks/", views.WebhookListView.as_view(), name="webhooks"),
    path("webhooks/<uuid:webhook_id>/", views.WebhookView.as_view(), name="webhook"),
    path("webhooks/<uuid:webhook_id>/edit/", views.WebhookEditView.as_view(), name="webhook_edit"),
    path("webhooks/<uuid:webhook_id>/test/", views.WebhookTestView.as_view(), name="webhook_test"),
    path(
        "webhooks/<uuid:webhook_id>/active/",
        views.WebhookActiveView.as_view(),
        name="webhook_active",
    ),
    path(
        "webhooks/<uuid:webhook_id>/rotate/",
        views.WebhookRotateView.as_view(),
        name="webhook_rotate",
    ),
    path(
        "webhooks/<uuid:webhook_id>/remove/",
        views.WebhookRemoveView.as_view(),
        name="webhook_remove",
    ),
    path(
        "webhooks/<uuid:webhook_id>/replay/",
        views.WebhookReplayView.as_view(),
        name="webhook_replay",
    ),
    path(
        "webhook-deliveries/<uuid:webhook_delivery_id>/",
        views.DeliveryView.as_view(),
        name="webhook_delivery",
    ),
    path(
        "webhook-deliveries/<uuid:webhook_delivery_id>/replay/",
        views.DeliveryReplayView.as_view(),
        name="webhook_delivery_replay",
    ),
]
