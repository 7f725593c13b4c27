"""REST API serializers for personas, journeys and the parts of a journey."""

from typing import ClassVar

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from changes.api.serializers import BASE_FIELDS, RecordSerializer, after_field, journey_field
from journeys.duplication import KINDS
from journeys.models import Journey, Lane, Measure, Note, Persona, Stage, Step


class PersonaSerializer(RecordSerializer):
    figure = serializers.DictField(
        required=False, help_text="How the persona is drawn in storyboards: named parameters."
    )

    class Meta:
        model = Persona
        fields: ClassVar = (*BASE_FIELDS, "name", "age", "summary", "figure")


class JourneySerializer(RecordSerializer):
    first_stage = serializers.CharField(
        write_only=True,
        required=False,
        max_length=200,
        help_text="On create: the title of a first stage, which gets an empty first step.",
    )
    template = serializers.CharField(
        write_only=True,
        required=False,
        help_text="On create: the template to start from (see `/journey-templates`).",
    )

    class Meta:
        model = Journey
        fields: ClassVar = (
            *BASE_FIELDS,
            "title",
            "summary",
            "kind",
            "state",
            "status",
            "folder",
            "persona",
            "pair_of",
            "is_template",
            "source",
            "first_stage",
            "template",
        )
        read_only_fields: ClassVar = ("source",)


class StageSerializer(RecordSerializer):
    after = after_field("stage")

    class Meta:
        model = Stage
        fields: ClassVar = (
            *BASE_FIELDS,
            "journey",
            "title",
            "time_span",
            "summary",
            "position",
            "is_locked",
            "after",
        )
        read_only_fields: ClassVar = ("position", "is_locked")


class StepSerializer(RecordSerializer):
    journey = journey_field()
    after = after_field("step")

    class Meta:
        model = Step
        fields: ClassVar = (
            *BASE_FIELDS,
            "journey",
            "stage",
            "title",
            "time_span",
            "quote",
            "opens",
            "speaker_notes",
            "position",
            "after",
        )
        read_only_fields: ClassVar = ("position",)


class LaneSerializer(RecordSerializer):
    after = after_field("lane")

    class Meta:
        model = Lane
        fields: ClassVar = (
            *BASE_FIELDS,
            "journey",
            "kind",
            "department",
            "position",
            "is_locked",
            "after",
        )
        read_only_fields: ClassVar = ("position", "is_locked")


class NoteSerializer(RecordSerializer):
    journey = journey_field()
    after = after_field("note")

    class Meta:
        model = Note
        fields: ClassVar = (*BASE_FIELDS, "journey", "step", "kind", "title", "position", "after")
        read_only_fields: ClassVar = ("position",)


class MeasureSerializer(RecordSerializer):
    journey = journey_field()
    after = after_field("measure")
    trend = serializers.ListField(
        child=serializers.FloatField(), required=False, help_text="Oldest first, at most 100."
    )

    class Meta:
        model = Measure
        fields: ClassVar = (
            *BASE_FIELDS,
            "journey",
            "step",
            *Measure.op_fields,
            "position",
            "after",
        )
        read_only_fields: ClassVar = ("position",)


DuplicateSerializer = inline_serializer(
    "JourneyDuplicate",
    {
        "title": serializers.CharField(max_length=200),
        "as": serializers.ChoiceField(
            choices=KINDS,
            help_text="`future` creates a future state that is paired with this journey.",
        ),
    },
)
