"""REST API views for departments, persons and placements."""

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.urls import path

from changes.api.records import RecordDetailAPIView, RecordListAPIView
from core.api.examples import DEPARTMENT, PERSON
from core.api.search import NameSearchAPIView
from people import absence_api
from people.models import Department, Person, Placement
from people.queries import (
    DEPARTMENT_SEARCH,
    PERSON_SEARCH,
    active_departments,
    present_persons,
)
from people.serializers import DepartmentSerializer, PersonSerializer, PlacementSerializer


class DepartmentAPIMixin:
    model = Department
    serializer_class = DepartmentSerializer
    example: ClassVar = {"name": "Customer care", "hue": "care", "glyph": "headphones"}


class DepartmentListAPIView(DepartmentAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {"is_archived": "is_archived"}


class DepartmentDetailAPIView(DepartmentAPIMixin, RecordDetailAPIView):
    pass


class DepartmentSearchAPIView(NameSearchAPIView):
    """Search departments by name. Returns at most 20 departments. Archived departments are excluded."""

    read_scopes = ("people:read",)
    name_search = DEPARTMENT_SEARCH
    example: ClassVar = {"name": "Customer care"}

    def searched_rows(self, workspace_id: UUID) -> QuerySet[Department]:
        return active_departments(workspace_id)


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


class PersonSearchAPIView(NameSearchAPIView):
    """Search persons by name. Returns at most 20 persons. Persons who have left are excluded.

    In each result, `detail` is the person's job title.
    """

    read_scopes = ("people:read",)
    name_search = PERSON_SEARCH

    def searched_rows(self, workspace_id: UUID) -> QuerySet[Person]:
        return present_persons(workspace_id)


class PlacementAPIMixin:
    model = Placement
    serializer_class = PlacementSerializer
    example: ClassVar = {
        "person": PERSON,
        "department": DEPARTMENT,
        "since": "2026-01-01",
        "until": None,
        "is_head": False,
    }


class PlacementListAPIView(PlacementAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {"person": "person", "department": "department"}


class PlacementDetailAPIView(PlacementAPIMixin, RecordDetailAPIView):
    pass


urlpatterns = [
    *absence_api.urlpatterns,
    path("departments", DepartmentListAPIView.as_view(), name="api_departments"),
    path("departments/search", DepartmentSearchAPIView.as_view(), name="api_department_search"),
    path("departments/<uuid:id>", DepartmentDetailAPIView.as_view(), name="api_department"),
    path("persons", PersonListAPIView.as_view(), name="api_persons"),
    path("persons/search", PersonSearchAPIView.as_view(), name="api_person_search"),
    path("persons/<uuid:id>", PersonDetailAPIView.as_view(), name="api_person"),
    path("placements", PlacementListAPIView.as_view(), name="api_placements"),
    path("placements/<uuid:id>", PlacementDetailAPIView.as_view(), name="api_placement"),
]
