"""Personas and the map itself as programs see them."""

from typing import ClassVar

from rest_framework import serializers

from changes.rest.serializers import HEAD, RecordSerializer, after, in_journey
from journeys.models import Journey, Lane, Persona, Stage, Step


class PersonaSerializer(RecordSerializer):
    class Meta:
        model = Persona
        fields: ClassVar = (*HEAD, "name", "age", "summary")


class JourneySerializer(RecordSerializer):
    first_stage = serializers.CharField(
        write_only=True,
        required=False,
        max_length=200,
        help_text="When it is made: the title of a first stage, which gets an empty first step.",
    )

    class Meta:
        model = Journey
        fields: ClassVar = (
            *HEAD,
            "title",
            "summary",
            "kind",
            "state",
            "status",
            "persona",
            "source",
            "first_stage",
        )
        read_only_fields: ClassVar = ("source",)


class StageSerializer(RecordSerializer):
    after = after("stage")

    class Meta:
        model = Stage
        fields: ClassVar = (
            *HEAD,
            "journey",
            "title",
            "time_span",
            "summary",
            "position",
            "after",
        )
        read_only_fields: ClassVar = ("position",)


class StepSerializer(RecordSerializer):
    journey = in_journey()
    after = after("step")

    class Meta:
        model = Step
        fields: ClassVar = (
            *HEAD,
            "journey",
            "stage",
            "title",
            "time_span",
            "quote",
            "position",
            "after",
        )
        read_only_fields: ClassVar = ("position",)


class LaneSerializer(RecordSerializer):
    after = after("lane")

    class Meta:
        model = Lane
        fields: ClassVar = (*HEAD, "journey", "kind", "department", "position", "after")
        read_only_fields: ClassVar = ("position",)
