"""REST API serializers for contributors."""

from typing import ClassVar

from rest_framework import serializers

from changes.api.serializers import BASE_FIELDS, RecordSerializer, journey_field
from ownership.contributors import MAX_CELLS
from ownership.models import Contributor


class ContributorSerializer(RecordSerializer):
    """The part of a department or a person in a stage. Exactly one of the two is set."""

    journey = journey_field()

    class Meta:
        model = Contributor
        fields: ClassVar = (*BASE_FIELDS, "journey", "stage", "department", "person", "part")


class ContributorCreateSerializer(serializers.Serializer):
    stage = serializers.UUIDField()
    department = serializers.UUIDField(
        required=False, help_text="Either `department` or `person` is required."
    )
    person = serializers.UUIDField(required=False)
    part = serializers.ChoiceField(choices=Contributor.Part.choices)


class ContributorUpdateSerializer(serializers.Serializer):
    part = serializers.ChoiceField(choices=Contributor.Part.choices)


class CellSerializer(serializers.Serializer):
    """A cell of the matrix: a stage, either a department or a person, and the part it has there."""

    stage = serializers.UUIDField()
    department = serializers.UUIDField(
        required=False, help_text="Either `department` or `person` is required."
    )
    person = serializers.UUIDField(required=False)
    part = serializers.ChoiceField(
        choices=Contributor.Part.choices, allow_null=True, help_text="Null empties the cell."
    )


class CellsSerializer(serializers.Serializer):
    cells = CellSerializer(many=True, min_length=1, max_length=MAX_CELLS)
