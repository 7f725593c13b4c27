from django.urls import path

from journeys import views

urlpatterns = [
    path("journeys/<uuid:record_id>/edit/", views.JourneyEditView.as_view(), name="journey_edit"),
    path(
        "journeys/<uuid:parent_id>/stages/add/", views.StageCreateView.as_view(), name="stage_add"
    ),
    path("journeys/<uuid:parent_id>/lanes/add/", views.LaneCreateView.as_view(), name="lane_add"),
    path("stages/<uuid:record_id>/edit/", views.StageEditView.as_view(), name="stage_edit"),
    path("stages/<uuid:parent_id>/steps/add/", views.StepCreateView.as_view(), name="step_add"),
    path("steps/<uuid:record_id>/edit/", views.StepEditView.as_view(), name="step_edit"),
    path("steps/<uuid:parent_id>/notes/add/", views.NoteCreateView.as_view(), name="note_add"),
    path(
        "steps/<uuid:parent_id>/measures/add/",
        views.MeasureCreateView.as_view(),
        name="measure_add",
    ),
    path("notes/<uuid:record_id>/edit/", views.NoteEditView.as_view(), name="note_edit"),
    path("measures/<uuid:record_id>/edit/", views.MeasureEditView.as_view(), name="measure_edit"),
    path(
        "journeys/<uuid:record_id>/duplicate/",
        views.DuplicateView.as_view(),
        name="journey_duplicate",
    ),
    path(
        "journeys/<uuid:record_id>/future/",
        views.DuplicateAsFutureView.as_view(),
        name="journey_future",
    ),
    path(
        "journeys/<uuid:record_id>/template/",
        views.DuplicateAsTemplateView.as_view(),
        name="journey_template",
    ),
    path("stages/<uuid:record_id>/lock/", views.StageLockView.as_view(), name="stage_lock"),
    path("stages/<uuid:record_id>/unlock/", views.StageUnlockView.as_view(), name="stage_unlock"),
    path("lanes/<uuid:record_id>/lock/", views.LaneLockView.as_view(), name="lane_lock"),
    path("lanes/<uuid:record_id>/unlock/", views.LaneUnlockView.as_view(), name="lane_unlock"),
    path("lanes/<uuid:record_id>/edit/", views.LaneEditView.as_view(), name="lane_edit"),
]
