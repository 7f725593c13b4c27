"""Serializers for departments, persons and placements."""

from typing import ClassVar

from changes.api.serializers import BASE_FIELDS, RecordSerializer
from people.models import Department, Person, Placement


class DepartmentSerializer(RecordSerializer):
    class Meta:
        model = Department
        fields: ClassVar = (*BASE_FIELDS, "name", "hue", "glyph", "is_archived")


class PersonSerializer(RecordSerializer):
    class Meta:
        model = Person
        fields: ClassVar = (*BASE_FIELDS, "name", "email", "job_title", "member", "left_on")


class PlacementSerializer(RecordSerializer):
    class Meta:
        model = Placement
        fields: ClassVar = (*BASE_FIELDS, "person", "department", "since", "until", "is_head")
