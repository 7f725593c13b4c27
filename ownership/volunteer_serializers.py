"""REST API serializers for volunteers and candidates."""

from typing import ClassVar

from rest_framework import serializers

from changes.api.serializers import BASE_FIELDS, RecordSerializer, journey_field
from ownership.models import Volunteer


class VolunteerSerializer(RecordSerializer):
    """A person's offer to direct a stage. It is open until it is withdrawn or somebody accepts the directorship."""

    journey = journey_field()

    class Meta:
        model = Volunteer
        fields: ClassVar = (
            *BASE_FIELDS,
            "journey",
            "stage",
            "person",
            "note",
            "offered_at",
            "ended_at",
            "end_reason",
        )


class VolunteerCreateSerializer(serializers.Serializer):
    stage = serializers.UUIDField()
    note = serializers.CharField(
        required=False, allow_blank=True, max_length=500, help_text="Everyone can read it."
    )


class CandidateSerializer(serializers.Serializer):
    """A person who could direct the stage, with the facts that rank them."""

    person = serializers.UUIDField(source="person.pk")
    volunteer = serializers.UUIDField(
        source="facts.offer_id", allow_null=True, help_text="The person's open offer, if any."
    )
    claims = serializers.BooleanField(
        source="facts.claims", help_text="Whether the person claims the stage."
    )
    department = serializers.UUIDField(
        source="facts.department_id",
        allow_null=True,
        help_text="The person's department that has touchpoints in the stage, if any.",
    )
    is_head = serializers.BooleanField(
        source="facts.is_head", help_text="Whether the person heads this department."
    )
    touchpoints = serializers.IntegerField(
        source="facts.touchpoints", help_text="This department's touchpoints in the stage."
    )
    directed_until = serializers.DateTimeField(
        source="facts.directed_until",
        allow_null=True,
        help_text="When the person's last directorship of the stage ended. Those that ended because the person was"
        " relieved, or because of a ruling, don't count.",
    )
    live_stages = serializers.IntegerField(
        source="facts.stages", help_text="Live stages that the person directs now."
    )
    overdue_reviews = serializers.IntegerField(
        source="facts.overdue", help_text="How many of these have an unresolved flag of OWN-10."
    )
    reasons = serializers.ListField(
        child=serializers.CharField(), help_text="The facts above as sentences, for display."
    )


class CastingCallSerializer(serializers.Serializer):
    stage = serializers.UUIDField()
    is_open = serializers.BooleanField(
        help_text="Whether the stage needs a director and isn't contested. Otherwise, both lists are empty."
    )
    volunteers = CandidateSerializer(many=True, help_text="At most 20, sorted best first.")
    candidates = CandidateSerializer(
        many=True, help_text="At most five other people, sorted best first."
    )
