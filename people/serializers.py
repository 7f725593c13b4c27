"""Serializers for departments, persons and placements."""

from typing import ClassVar

from rest_framework import serializers

from changes.api.serializers import BASE_FIELDS, RecordSerializer
from people.models import Absence, Department, Person, Placement


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


class AbsenceSerializer(RecordSerializer):
    """A period in which a person is away. During this time, the stand-in gets the person's notices."""

    since = serializers.DateField(
        help_text="The first day of the absence, in the workspace's time zone."
    )
    until = serializers.DateField(help_text="The last day of the absence.")

    class Meta:
        model = Absence
        fields: ClassVar = (*BASE_FIELDS, "person", "since", "until", "stand_in")
