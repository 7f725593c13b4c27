from django.urls import path

from journeys import views

urlpatterns = [
    path("journeys/<uuid:record_id>/edit/", views.JourneySheet.as_view(), name="journey_edit"),
    path("journeys/<uuid:parent_id>/stages/add/", views.StageAdd.as_view(), name="stage_add"),
    path("journeys/<uuid:parent_id>/lanes/add/", views.LaneAdd.as_view(), name="lane_add"),
    path("stages/<uuid:record_id>/edit/", views.StageSheet.as_view(), name="stage_edit"),
    path("stages/<uuid:parent_id>/steps/add/", views.StepAdd.as_view(), name="step_add"),
    path("steps/<uuid:record_id>/edit/", views.StepSheet.as_view(), name="step_edit"),
    path("steps/<uuid:parent_id>/notes/add/", views.NoteAdd.as_view(), name="note_add"),
    path("steps/<uuid:parent_id>/measures/add/", views.MeasureAdd.as_view(), name="measure_add"),
    path("notes/<uuid:record_id>/edit/", views.NoteSheet.as_view(), name="note_edit"),
    path("measures/<uuid:record_id>/edit/", views.MeasureSheet.as_view(), name="measure_edit"),
    path(
        "journeys/<uuid:record_id>/duplicate/", views.Duplicate.as_view(), name="journey_duplicate"
    ),
    path(
        "journeys/<uuid:record_id>/future/",
        views.DuplicateAsFuture.as_view(),
        name="journey_future",
    ),
    path(
        "journeys/<uuid:record_id>/template/",
        views.DuplicateAsTemplate.as_view(),
        name="journey_template",
    ),
    path("stages/<uuid:record_id>/lock/", views.StageLock.as_view(), name="stage_lock"),
    path("stages/<uuid:record_id>/unlock/", views.StageUnlock.as_view(), name="stage_unlock"),
    path("lanes/<uuid:record_id>/lock/", views.LaneLock.as_view(), name="lane_lock"),
    path("lanes/<uuid:record_id>/unlock/", views.LaneUnlock.as_view(), name="lane_unlock"),
    path("lanes/<uuid:record_id>/edit/", views.LaneSheet.as_view(), name="lane_edit"),
    path("personas/<uuid:record_id>/edit/", views.PersonaSheet.as_view(), name="persona_edit"),
    path(
        "workspaces/<uuid:parent_id>/personas/add/", views.PersonaAdd.as_view(), name="persona_add"
    ),
]
