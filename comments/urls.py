from django.urls import path

from comments import views

ONE = "comments/<uuid:record_id>"

urlpatterns = [
    path(
        "comments/on/<slug:slug>/<uuid:record_id>/add/",
        views.CommentCreateView.as_view(),
        name="comment_add",
    ),
    path(f"{ONE}/reply/", views.CommentReplyView.as_view(), name="comment_reply"),
    path(f"{ONE}/edit/", views.CommentEditView.as_view(), name="comment_edit"),
    path(f"{ONE}/remove/", views.CommentRemoveView.as_view(), name="comment_remove"),
    path(f"{ONE}/resolve/", views.CommentResolveView.as_view(), name="comment_resolve"),
    path(f"{ONE}/reopen/", views.CommentReopenView.as_view(), name="comment_reopen"),
]
