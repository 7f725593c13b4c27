"""Departments, persons, placements: the directory, for programs."""

from typing import ClassVar

from django.urls import path

from changes.rest.records import RecordAPIView, RecordDetailAPIView, RecordListAPIView
from people.models import Department, Person, Placement
from people.serializers import DepartmentSerializer, PersonSerializer, PlacementSerializer
from workspaces.rest.examples import DEPARTMENT, PERSON


class PeopleDoor(RecordAPIView):
    read_scopes = ("people:read",)
    write_scopes = ("people:write",)


class Departments(PeopleDoor):
    model = Department
    serializer = DepartmentSerializer
    example: ClassVar = {"name": "Customer care", "hue": "care", "glyph": "headphones"}


class DepartmentList(Departments, RecordListAPIView):
    filter_fields: ClassVar = {"is_archived": "is_archived"}


class DepartmentDetail(Departments, RecordDetailAPIView):
    pass


class Persons(PeopleDoor):
    model = Person
    serializer = PersonSerializer
    example: ClassVar = {
        "name": "Ana Lindqvist",
        "email": "ana@example.org",
        "job_title": "Head of care",
        "member": None,
        "left_on": None,
    }


class PersonList(Persons, RecordListAPIView):
    filter_fields: ClassVar = {"email": "email", "member": "member"}


class PersonDetail(Persons, RecordDetailAPIView):
    pass


class Placements(PeopleDoor):
    model = Placement
    serializer = PlacementSerializer
    example: ClassVar = {
        "person": PERSON,
        "department": DEPARTMENT,
        "since": "2026-01-01",
        "until": None,
    }


class PlacementList(Placements, RecordListAPIView):
    filter_fields: ClassVar = {"person": "person", "department": "department"}


class PlacementDetail(Placements, RecordDetailAPIView):
    pass


urlpatterns = [
    path("departments", DepartmentList.as_view(), name="api_departments"),
    path("departments/<uuid:id>", DepartmentDetail.as_view(), name="api_department"),
    path("persons", PersonList.as_view(), name="api_persons"),
    path("persons/<uuid:id>", PersonDetail.as_view(), name="api_person"),
    path("placements", PlacementList.as_view(), name="api_placements"),
    path("placements/<uuid:id>", PlacementDetail.as_view(), name="api_placement"),
]
