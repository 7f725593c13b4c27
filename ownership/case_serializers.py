"""REST API serializers for cases and their answers."""

from typing import ClassVar

from rest_framework import serializers

from changes.api.serializers import BASE_FIELDS, RecordSerializer, journey_field
from ownership.models import Case, CaseAnswer


class CaseSerializer(RecordSerializer):
    """Something that went wrong for customers in a stage, which an ombudsman raised."""

    journey = journey_field()

    class Meta:
        model = Case
        fields: ClassVar = (
            *BASE_FIELDS,
            "journey",
            "stage",
            "department",
            "kind",
            "account",
            "evidence",
            "opened_at",
            "opened_by",
            "due_on",
            "answered_at",
            "missed_due_on",
            "closed_at",
            "closed_by",
            "outcome",
            "reason",
        )


class CaseAnswerSerializer(RecordSerializer):
    """An answer to a case, by the stage's director or the journey's producer or sponsor."""

    journey = journey_field()

    class Meta:
        model = CaseAnswer
        fields: ClassVar = (
            *BASE_FIELDS,
            "journey",
            "case",
            "text",
            "answered_at",
            "answered_by",
        )


# -- request bodies


class CaseCreateSerializer(serializers.Serializer):
    stage = serializers.UUIDField()
    department = serializers.UUIDField(help_text="The department that the case concerns.")
    kind = serializers.ChoiceField(choices=Case.Kind.choices)
    account = serializers.CharField(max_length=2000, help_text="What happened to the customer.")
    evidence = serializers.CharField(required=False, max_length=2000)


class CaseAnswerCreateSerializer(serializers.Serializer):
    case = serializers.UUIDField()
    text = serializers.CharField(max_length=2000)


class CaseCloseSerializer(serializers.Serializer):
    outcome = serializers.ChoiceField(choices=Case.Outcome.choices)
    reason = serializers.CharField(max_length=2000, help_text="Everyone involved reads it.")
