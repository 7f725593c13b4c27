"""REST API views for departments, persons and placements."""

from typing import ClassVar

from django.urls import path

from changes.api.records import RecordDetailAPIView, RecordListAPIView
from core.api.examples import DEPARTMENT, PERSON
from people.models import Department, Person, Placement
from people.serializers import DepartmentSerializer, PersonSerializer, PlacementSerializer


class DepartmentAPIMixin:
    model = Department
    serializer_class = DepartmentSerializer
    example: ClassVar = {"name": "Customer care", "hue": "care", "glyph": "headphones"}


class DepartmentListAPIView(DepartmentAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {"is_archived": "is_archived"}


class DepartmentDetailAPIView(DepartmentAPIMixin, RecordDetailAPIView):
    pass


class PersonAPIMixin:
    model = Person
    serializer_class = PersonSerializer
    example: ClassVar = {
        "name": "Ana Lindqvist",
        "email": "ana@example.org",
        "job_title": "Head of care",
        "member": None,
        "left_on": None,
    }


class PersonListAPIView(PersonAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {"email": "email", "member": "member"}


class PersonDetailAPIView(PersonAPIMixin, RecordDetailAPIView):
    pass


class PlacementAPIMixin:
    model = Placement
    serializer_class = PlacementSerializer
    example: ClassVar = {
        "person": PERSON,
        "department": DEPARTMENT,
        "since": "2026-01-01",
        "until": None,
    }


class PlacementListAPIView(PlacementAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {"person": "person", "department": "department"}


class PlacementDetailAPIView(PlacementAPIMixin, RecordDetailAPIView):
    pass


urlpatterns = [
    path("departments", DepartmentListAPIView.as_view(), name="api_departments"),
    path("departments/<uuid:id>", DepartmentDetailAPIView.as_view(), name="api_department"),
    path("persons", PersonListAPIView.as_view(), name="api_persons"),
    path("persons/<uuid:id>", PersonDetailAPIView.as_view(), name="api_person"),
    path("placements", PlacementListAPIView.as_view(), name="api_placements"),
    path("placements/<uuid:id>", PlacementDetailAPIView.as_view(), name="api_placement"),
]
