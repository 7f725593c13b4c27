from django.urls import path

from people import absence_views, views

urlpatterns = [
    path(
        "workspaces/<uuid:parent_id>/departments/add/",
        views.DepartmentCreateView.as_view(),
        name="department_add",
    ),
    path(
        "workspaces/<uuid:parent_id>/persons/add/",
        views.PersonCreateView.as_view(),
        name="person_add",
    ),
    path(
        "departments/<uuid:record_id>/edit/",
        views.DepartmentEditView.as_view(),
        name="department_edit",
    ),
    path("persons/<uuid:record_id>/edit/", views.PersonEditView.as_view(), name="person_edit"),
    path("persons/<uuid:record_id>/leave/", views.PersonLeaveView.as_view(), name="person_leave"),
    path(
        "persons/<uuid:record_id>/absences/add/",
        absence_views.AbsenceCreateView.as_view(),
        name="absence_add",
    ),
    path(
        "absences/<uuid:record_id>/edit/",
        absence_views.AbsenceUpdateView.as_view(),
        name="absence_edit",
    ),
    path(
        "absences/<uuid:record_id>/end/",
        absence_views.AbsenceEndView.as_view(),
        name="absence_end",
    ),
    path(
        "persons/<uuid:record_id>/return/", views.PersonReturnView.as_view(), name="person_return"
    ),
    path(
        "persons/<uuid:parent_id>/placements/add/",
        views.PlacementCreateView.as_view(),
        name="placement_add",
    ),
    path(
        "placements/<uuid:record_id>/edit/",
        views.PlacementEditView.as_view(),
        name="placement_edit",
    ),
]
