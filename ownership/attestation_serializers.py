"""REST API serializers for attestations."""

from typing import ClassVar

from rest_framework import serializers

from changes.api.serializers import BASE_FIELDS, RecordSerializer, journey_field
from ownership.models import Attestation

MET_HELP = "The day on which the director last met a customer in this stage. Null: they haven’t."


class AttestationSerializer(RecordSerializer):
    """A director’s statement that they still direct a stage, and that its map is true."""

    journey = journey_field()
    last_met_customer_on = serializers.DateField(allow_null=True, help_text=MET_HELP)

    class Meta:
        model = Attestation
        fields: ClassVar = (
            *BASE_FIELDS,
            "journey",
            "directorship",
            "made_at",
            "last_met_customer_on",
            "note",
        )


class AttestationCreateSerializer(serializers.Serializer):
    directorship = serializers.UUIDField()
    last_met_customer_on = serializers.DateField(
        required=False, allow_null=True, help_text=MET_HELP
    )
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)
