"""REST API serializers for hand-offs, their signatures and breaches."""

from typing import ClassVar

from rest_framework import serializers

from changes.api.serializers import BASE_FIELDS, RecordSerializer, journey_field
from ownership.models import Breach, HandOff, HandOffSignature


class HandOffSerializer(RecordSerializer):
    """What the directors of two adjacent stages agree. `revision` counts the changes of the text."""

    journey = journey_field()

    class Meta:
        model = HandOff
        fields: ClassVar = (
            *BASE_FIELDS,
            "journey",
            "from_stage",
            "to_stage",
            "exit_criteria",
            "entry_criteria",
            "forward_service",
            "return_service",
            "revision",
        )


class HandOffSignatureSerializer(RecordSerializer):
    """A director's signature under one revision. It is valid while both are current."""

    journey = journey_field()

    class Meta:
        model = HandOffSignature
        fields: ClassVar = (
            *BASE_FIELDS,
            "journey",
            "handoff",
            "directorship",
            "revision",
            "signed_at",
        )


class BreachSerializer(RecordSerializer):
    """A case in which one side didn't keep a hand-off, and that side's answer."""

    journey = journey_field()

    class Meta:
        model = Breach
        fields: ClassVar = (
            *BASE_FIELDS,
            "journey",
            "handoff",
            "side",
            "description",
            "evidence",
            "happened_on",
            "recorded_at",
            "recorded_by",
            "answer",
            "answered_at",
        )


# -- request bodies


class HandOffTextSerializer(serializers.Serializer):
    exit_criteria = serializers.CharField(
        max_length=1000, help_text="What the earlier stage has done before customers leave it."
    )
    entry_criteria = serializers.CharField(
        max_length=1000, help_text="What the later stage needs in order to take customers on."
    )
    forward_service = serializers.CharField(
        required=False, max_length=200, help_text="How soon the earlier stage passes customers on."
    )
    return_service = serializers.CharField(
        required=False, max_length=200, help_text="How soon the later stage takes them on."
    )


class HandOffCreateSerializer(HandOffTextSerializer):
    from_stage = serializers.UUIDField()
    to_stage = serializers.UUIDField(help_text="The stage right after `from_stage`.")


class HandOffSignSerializer(serializers.Serializer):
    revision = serializers.IntegerField(min_value=1, help_text="The revision that you have read.")


class BreachCreateSerializer(serializers.Serializer):
    handoff = serializers.UUIDField()
    side = serializers.ChoiceField(
        choices=Breach.Side.choices, help_text="The side that didn’t keep the hand-off."
    )
    description = serializers.CharField(max_length=1000)
    evidence = serializers.CharField(max_length=500, help_text="For example a link.")
    happened_on = serializers.DateField()


class BreachAnswerSerializer(serializers.Serializer):
    answer = serializers.CharField(max_length=1000, help_text="The other side reads it.")
