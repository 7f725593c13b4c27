"""REST API serializers for contests, parties, rulings and appeals."""

from typing import ClassVar

from rest_framework import serializers

from changes.api.serializers import BASE_FIELDS, RecordSerializer, journey_field
from ownership.models import Appeal, Contest, Party, Ruling


class ContestSerializer(RecordSerializer):
    """A dispute about a stage: open from the second claim until a ruling, or until one claim is left."""

    journey = journey_field()

    class Meta:
        model = Contest
        fields: ClassVar = (
            *BASE_FIELDS,
            "journey",
            "stage",
            "opened_at",
            "talk_until",
            "settled_at",
            "outcome",
        )


class PartySerializer(RecordSerializer):
    """A person who claims a contested stage, with their case."""

    journey = journey_field()

    class Meta:
        model = Party
        fields: ClassVar = (
            *BASE_FIELDS,
            "journey",
            "contest",
            "person",
            "department",
            "statement",
            "can_change_soon",
            "stated_at",
            "asked_at",
            "left_at",
        )


class RulingSerializer(RecordSerializer):
    """A decision about a contest, with its reason and the facts that were known then."""

    journey = journey_field()

    class Meta:
        model = Ruling
        fields: ClassVar = (
            *BASE_FIELDS,
            "journey",
            "contest",
            "kind",
            "person",
            "second_person",
            "reason",
            "facts",
            "ruled_at",
            "ruled_by",
        )


class AppealSerializer(RecordSerializer):
    """A party's objection to a ruling, and its answer."""

    journey = journey_field()

    class Meta:
        model = Appeal
        fields: ClassVar = (
            *BASE_FIELDS,
            "journey",
            "ruling",
            "person",
            "grounds",
            "made_at",
            "decided_at",
            "outcome",
            "answer",
        )


# -- request bodies


class CaseSerializer(serializers.Serializer):
    statement = serializers.CharField(max_length=2000)
    can_change_soon = serializers.ChoiceField(
        choices=Party.Ability.choices,
        required=False,
        help_text="Whether the party can change what customers experience within 30 days.",
    )


class DecisionSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=Ruling.Kind.choices)
    reason = serializers.CharField(max_length=2000, help_text="The parties read it.")
    person = serializers.UUIDField(
        required=False,
        help_text="`uphold` and `split`: the party who directs the stage. `other`: the person to "
        "propose, who isn’t a party.",
    )
    second_person = serializers.UUIDField(
        required=False, help_text="`split`: the party who directs the second stage."
    )
    first_step = serializers.UUIDField(
        required=False, help_text="`split`: the step with which the second stage begins."
    )
    second_title = serializers.CharField(
        required=False, max_length=200, help_text="`split`: the title of the second stage."
    )


class AppealCreateSerializer(serializers.Serializer):
    ruling = serializers.UUIDField()
    grounds = serializers.CharField(max_length=2000)


class AppealAnswerSerializer(serializers.Serializer):
    answer = serializers.CharField(max_length=2000, help_text="The parties read it.")
