from django.urls import path

from workspaces import views

urlpatterns = [
    path("theme/", views.Theme.as_view(), name="theme"),
    path("w/<slug:slug>/members/", views.Members.as_view(), name="members"),
    path("w/<slug:slug>/time-zone/", views.TimeZone.as_view(), name="time_zone"),
    path("w/<slug:slug>/tokens/", views.Tokens.as_view(), name="tokens"),
    path("w/<slug:slug>/comment-mail/", views.CommentMail.as_view(), name="comment_mail"),
    path("members/<uuid:member_id>/role/", views.MemberRole.as_view(), name="member_role"),
    path("members/<uuid:member_id>/end/", views.MemberEnd.as_view(), name="member_end"),
    path("tokens/<uuid:token_id>/revoke/", views.TokenRevoke.as_view(), name="token_revoke"),
    path(
        "invitations/<uuid:invitation_id>/revoke/",
        views.InvitationRevoke.as_view(),
        name="invitation_revoke",
    ),
    path("invitations/<str:secret>/", views.Accept.as_view(), name="invitation"),
]
