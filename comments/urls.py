from django.urls import path

from comments import views

ONE = "comments/<uuid:record_id>"

urlpatterns = [
    path(
        "comments/on/<slug:slug>/<uuid:record_id>/add/",
        views.CommentAdd.as_view(),
        name="comment_add",
    ),
    path(f"{ONE}/reply/", views.CommentReply.as_view(), name="comment_reply"),
    path(f"{ONE}/edit/", views.CommentEdit.as_view(), name="comment_edit"),
    path(f"{ONE}/remove/", views.CommentRemove.as_view(), name="comment_remove"),
    path(f"{ONE}/resolve/", views.CommentResolve.as_view(), name="comment_resolve"),
    path(f"{ONE}/reopen/", views.CommentReopen.as_view(), name="comment_reopen"),
]
