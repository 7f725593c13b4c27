from django.urls import path

from workspaces import demotion_views, views

urlpatterns = [
    path("account/", views.AccountView.as_view(), name="account"),
    path("theme/", views.ThemeView.as_view(), name="theme"),
    path("w/<slug:slug>/members/", views.MemberListView.as_view(), name="members"),
    path("w/<slug:slug>/time-zone/", views.TimeZoneView.as_view(), name="time_zone"),
    path("w/<slug:slug>/tokens/", views.TokenListView.as_view(), name="tokens"),
    path("w/<slug:slug>/jobs/", views.JobListView.as_view(), name="jobs"),
    path("jobs/<uuid:job_id>/cancel/", views.JobCancelView.as_view(), name="job_cancel"),
    path("files/<uuid:file_id>/", views.FileView.as_view(), name="file"),
    path("members/<uuid:member_id>/role/", views.MemberRoleView.as_view(), name="member_role"),
    path("members/<uuid:member_id>/end/", views.MemberRemoveView.as_view(), name="member_end"),
    path(
        "members/<uuid:member_id>/demote/",
        demotion_views.DemotionAskView.as_view(),
        name="member_demote",
    ),
    path(
        "demotions/<uuid:demotion_id>/confirm/",
        demotion_views.DemotionConfirmView.as_view(),
        name="demotion_confirm",
    ),
    path(
        "demotions/<uuid:demotion_id>/withdraw/",
        demotion_views.DemotionWithdrawView.as_view(),
        name="demotion_withdraw",
    ),
    path("tokens/<uuid:token_id>/revoke/", views.TokenRevokeView.as_view(), name="token_revoke"),
    path(
        "invitations/<uuid:invitation_id>/revoke/",
        views.InvitationRevokeView.as_view(),
        name="invitation_revoke",
    ),
    path("invitations/<str:secret>/", views.InvitationAcceptView.as_view(), name="invitation"),
]
