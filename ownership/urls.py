from django.urls import path

from ownership import (
    attestation_views,
    case_views,
    claim_proposal_views,
    contest_views,
    handoff_views,
    reorganization_views,
    views,
    volunteer_views,
)

DIRECTORSHIP = "directorships/<uuid:record_id>"

urlpatterns = [
    path(
        "w/<slug:slug>/ownership/claims/",
        claim_proposal_views.ClaimProposalsView.as_view(),
        name="claim_proposals",
    ),
    path(
        "stages/<uuid:record_id>/propose/", views.DirectorshipProposeView.as_view(), name="propose"
    ),
    path("stages/<uuid:record_id>/claim/", views.ClaimCreateView.as_view(), name="claim"),
    path(
        "stages/<uuid:record_id>/volunteer/",
        volunteer_views.VolunteerCreateView.as_view(),
        name="volunteer",
    ),
    path(
        "volunteers/<uuid:record_id>/withdraw/",
        volunteer_views.VolunteerWithdrawView.as_view(),
        name="volunteer_withdraw",
    ),
    path(f"{DIRECTORSHIP}/accept/", views.DirectorshipAcceptView.as_view(), name="accept"),
    path(f"{DIRECTORSHIP}/decline/", views.DirectorshipDeclineView.as_view(), name="decline"),
    path(f"{DIRECTORSHIP}/withdraw/", views.DirectorshipWithdrawView.as_view(), name="withdraw"),
    path(f"{DIRECTORSHIP}/end/", views.DirectorshipEndView.as_view(), name="directorship_end"),
    path(f"{DIRECTORSHIP}/attest/", attestation_views.AttestationMakeView.as_view(), name="attest"),
    path(f"{DIRECTORSHIP}/agree/", views.MandateAgreeView.as_view(), name="mandate_agree"),
    path(f"{DIRECTORSHIP}/mandate/", views.MandateUpdateView.as_view(), name="mandate"),
    path(f"{DIRECTORSHIP}/deputies/add/", views.DeputyCreateView.as_view(), name="deputy_add"),
    path("deputies/<uuid:record_id>/end/", views.DeputyEndView.as_view(), name="deputy_end"),
    path(
        "claims/<uuid:record_id>/withdraw/",
        views.ClaimWithdrawView.as_view(),
        name="claim_withdraw",
    ),
    path(
        "journeys/<uuid:record_id>/offices/<str:office>/",
        views.AppointmentCreateView.as_view(),
        name="appoint",
    ),
    path(
        "appointments/<uuid:record_id>/end/",
        views.AppointmentEndView.as_view(),
        name="appointment_end",
    ),
    path(
        "flags/<uuid:record_id>/acknowledge/",
        views.FlagAcknowledgeView.as_view(),
        name="flag_acknowledge",
    ),
    path("parties/<uuid:record_id>/case/", contest_views.CaseView.as_view(), name="party_state"),
    path("parties/<uuid:record_id>/ask/", contest_views.AskView.as_view(), name="party_ask"),
    path("rulings/<uuid:record_id>/appeal/", contest_views.AppealView.as_view(), name="appeal"),
    path(
        "appeals/<uuid:record_id>/reject/",
        contest_views.AppealRejectView.as_view(),
        name="appeal_reject",
    ),
    path("stages/<uuid:record_id>/case/", case_views.CaseOpenView.as_view(), name="case_open"),
    path("cases/<uuid:record_id>/answer/", case_views.CaseAnswerView.as_view(), name="case_answer"),
    path("cases/<uuid:record_id>/close/", case_views.CaseCloseView.as_view(), name="case_close"),
    path(
        "departments/<uuid:record_id>/merge/",
        reorganization_views.DepartmentMergeView.as_view(),
        name="department_merge",
    ),
    path(
        "departments/<uuid:record_id>/split/",
        reorganization_views.DepartmentSplitView.as_view(),
        name="department_split",
    ),
    path("handoffs/<uuid:record_id>/", handoff_views.HandOffView.as_view(), name="handoff"),
    path(
        "handoffs/<uuid:record_id>/edit/",
        handoff_views.HandOffUpdateView.as_view(),
        name="handoff_update",
    ),
    path(
        "handoffs/<uuid:record_id>/breaches/add/",
        handoff_views.BreachCreateView.as_view(),
        name="breach_add",
    ),
    path(
        "breaches/<uuid:record_id>/answer/",
        handoff_views.BreachAnswerView.as_view(),
        name="breach_answer",
    ),
    path(
        "stages/<uuid:record_id>/handoff/",
        handoff_views.HandOffCreateView.as_view(),
        name="handoff_add",
    ),
    path("flags/<uuid:record_id>/dismiss/", views.FlagDismissView.as_view(), name="flag_dismiss"),
]
