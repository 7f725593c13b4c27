from django.urls import path

from people import views

urlpatterns = [
    path(
        "workspaces/<uuid:parent_id>/departments/add/",
        views.DepartmentAdd.as_view(),
        name="department_add",
    ),
    path("workspaces/<uuid:parent_id>/persons/add/", views.PersonAdd.as_view(), name="person_add"),
    path(
        "departments/<uuid:record_id>/edit/",
        views.DepartmentSheet.as_view(),
        name="department_edit",
    ),
    path("persons/<uuid:record_id>/edit/", views.PersonSheet.as_view(), name="person_edit"),
    path("persons/<uuid:record_id>/leave/", views.PersonLeave.as_view(), name="person_leave"),
    path("persons/<uuid:record_id>/return/", views.PersonReturn.as_view(), name="person_return"),
    path(
        "persons/<uuid:parent_id>/placements/add/",
        views.PlacementAdd.as_view(),
        name="placement_add",
    ),
    path(
        "placements/<uuid:record_id>/edit/", views.PlacementSheet.as_view(), name="placement_edit"
    ),
]
