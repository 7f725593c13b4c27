from django.urls import path

from ownership import views

ONE = "directorships/<uuid:record_id>"

urlpatterns = [
    path("stages/<uuid:record_id>/propose/", views.Propose.as_view(), name="propose"),
    path("stages/<uuid:record_id>/claim/", views.MakeClaim.as_view(), name="claim"),
    path(f"{ONE}/accept/", views.Accept.as_view(), name="accept"),
    path(f"{ONE}/decline/", views.Decline.as_view(), name="decline"),
    path(f"{ONE}/withdraw/", views.Withdraw.as_view(), name="withdraw"),
    path(f"{ONE}/end/", views.EndDirectorship.as_view(), name="directorship_end"),
    path(f"{ONE}/mandate/", views.Mandate.as_view(), name="mandate"),
    path(f"{ONE}/deputies/add/", views.NameDeputy.as_view(), name="deputy_add"),
    path("deputies/<uuid:record_id>/end/", views.EndDeputy.as_view(), name="deputy_end"),
    path("claims/<uuid:record_id>/withdraw/", views.WithdrawClaim.as_view(), name="claim_withdraw"),
    path(
        "journeys/<uuid:record_id>/offices/<str:office>/", views.Appoint.as_view(), name="appoint"
    ),
    path(
        "appointments/<uuid:record_id>/end/",
        views.EndAppointment.as_view(),
        name="appointment_end",
    ),
    path(
        "flags/<uuid:record_id>/acknowledge/",
        views.AcknowledgeFlag.as_view(),
        name="flag_acknowledge",
    ),
    path("flags/<uuid:record_id>/dismiss/", views.DismissFlag.as_view(), name="flag_dismiss"),
]
