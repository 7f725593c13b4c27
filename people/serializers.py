"""Departments, persons and placements as programs see them."""

from typing import ClassVar

from changes.rest.serializers import HEAD, RecordSerializer
from people.models import Department, Person, Placement


class DepartmentSerializer(RecordSerializer):
    class Meta:
        model = Department
        fields: ClassVar = (*HEAD, "name", "hue", "glyph", "is_archived")


class PersonSerializer(RecordSerializer):
    class Meta:
        model = Person
        fields: ClassVar = (*HEAD, "name", "email", "job_title", "member", "left_on")


class PlacementSerializer(RecordSerializer):
    class Meta:
        model = Placement
        fields: ClassVar = (*HEAD, "person", "department", "since", "until")
