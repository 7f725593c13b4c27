from django.urls import path

from journeys import views

urlpatterns = [
    path("journeys/<uuid:record_id>/edit/", views.JourneySheet.as_view(), name="journey_edit"),
    path("journeys/<uuid:parent_id>/stages/add/", views.StageAdd.as_view(), name="stage_add"),
    path("journeys/<uuid:parent_id>/lanes/add/", views.LaneAdd.as_view(), name="lane_add"),
    path("stages/<uuid:record_id>/edit/", views.StageSheet.as_view(), name="stage_edit"),
    path("stages/<uuid:parent_id>/steps/add/", views.StepAdd.as_view(), name="step_add"),
    path("steps/<uuid:record_id>/edit/", views.StepSheet.as_view(), name="step_edit"),
    path("lanes/<uuid:record_id>/edit/", views.LaneSheet.as_view(), name="lane_edit"),
    path("personas/<uuid:record_id>/edit/", views.PersonaSheet.as_view(), name="persona_edit"),
    path(
        "workspaces/<uuid:parent_id>/personas/add/", views.PersonaAdd.as_view(), name="persona_add"
    ),
]
