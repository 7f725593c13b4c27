"""REST API serializers for reorganizations and their plans."""

from typing import ClassVar

from rest_framework import serializers

from changes.api.serializers import BASE_FIELDS, RecordSerializer
from ownership.models import Reorganization
from ownership.reorganization_plans import Effect, ItemKind


class FiguresField(serializers.DictField):
    child = serializers.IntegerField()


class ReorganizationSerializer(RecordSerializer):
    """A merge or a split of departments."""

    figures = FiguresField(read_only=True, help_text="How many records changed, by kind.")

    class Meta:
        model = Reorganization
        fields: ClassVar = (
            *BASE_FIELDS,
            "kind",
            "department",
            "into",
            "effective_on",
            "reason",
            "figures",
            "made_at",
            "made_by",
        )


class PlanItemSerializer(serializers.Serializer):
    """A record that would change."""

    kind = serializers.ChoiceField(choices=ItemKind.choices)
    effect = serializers.ChoiceField(
        choices=Effect.choices,
        help_text="`joins`: the other department already has such a record, and the two are joined.",
    )
    record = serializers.UUIDField(source="record_id")
    title = serializers.CharField()
    journey = serializers.UUIDField(source="journey_id", allow_null=True)


class PlanSerializer(serializers.Serializer):
    """Everything that a reorganization would change."""

    digest = serializers.CharField(help_text="Send it with the reorganization.")
    effective_on = serializers.DateField(source="day")
    figures = FiguresField(help_text="How many records would change, by kind.")
    items = PlanItemSerializer(
        many=True, source="first_items", help_text="The first 50 of each kind."
    )


# -- request bodies


class PlanCreateSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=Reorganization.Kind.choices)
    department = serializers.UUIDField(help_text="The department that is merged or split.")
    into = serializers.UUIDField(
        required=False, help_text="For a merge: the department that takes over."
    )
    new_name = serializers.CharField(
        required=False,
        max_length=120,
        help_text="The name of the new department. For a merge: a new name for `into`.",
    )
    moving = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        help_text="For a split: the placements and lanes that move to the new department.",
    )
    others = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        help_text=(
            "For a split: the claims, contributors and cases that move. By default, claims follow their"
            " persons, and contributors and cases follow the lane of their journey."
        ),
    )


class ReorganizationCreateSerializer(PlanCreateSerializer):
    digest = serializers.CharField(help_text="The digest that the dry run returned.")
    reason = serializers.CharField(max_length=1000, help_text="Everyone can read it.")
