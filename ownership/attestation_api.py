"""REST API views for attestations."""

from typing import Any, ClassVar

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from changes.api.records import RecordListAPIView
from ownership import services
from ownership.api_base import OwnershipAPIMixin, OwnershipDetailAPIView
from ownership.attestation_serializers import AttestationCreateSerializer, AttestationSerializer
from ownership.models import Attestation, Directorship


class AttestationAPIMixin(OwnershipAPIMixin):
    model = Attestation
    serializer_class = AttestationSerializer


class AttestationListAPIView(AttestationAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {
        "journey": "stream",
        "directorship": "directorship",
        "person": "directorship__person",
    }

    @extend_schema(request=AttestationCreateSerializer, responses={201: AttestationSerializer})
    def post(self, request: Request) -> Response:
        """Attest, as the director of a stage, that you still direct it and that its map is true."""
        sent = self.require_known_fields(
            frozenset({"directorship", "last_met_customer_on", "note"})
        )
        directorship = self.related_record(Directorship, sent, "directorship")
        values: dict[str, Any] = {
            name: self.parsed_value(name) for name in sent if name != "directorship"
        }
        actor = self.idempotent_actor(directorship.workspace_id)
        return self.run(
            lambda: services.attestation_make(directorship=directorship, actor=actor, **values),
            201,
        )


class AttestationDetailAPIView(AttestationAPIMixin, OwnershipDetailAPIView):
    pass


urlpatterns = [
    path("attestations", AttestationListAPIView.as_view(), name="api_attestations"),
    path("attestations/<uuid:id>", AttestationDetailAPIView.as_view(), name="api_attestation"),
]
