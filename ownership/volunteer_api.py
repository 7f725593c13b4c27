"""REST API views for casting calls: the candidates for a stage, and volunteers."""

from typing import Any, ClassVar
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from changes.api.records import RecordListAPIView
from changes.models import Record
from core.actors import Actor
from core.api.examples import DEPARTMENT, PERSON, STAGE
from core.api.views import BaseAPIView
from core.tenancy import ensure_tenant_scope
from journeys.access import get_stage
from journeys.models import Stage
from ownership import services
from ownership import volunteer_serializers as shapes
from ownership.api_base import OwnershipAPIMixin, OwnershipDetailAPIView, TransitionAPIView
from ownership.candidates import CastingCall, find_casting_call
from ownership.models import Volunteer

OFFER_EXAMPLE = OpenApiExample(
    "An offer",
    value={"stage": STAGE, "note": "My team answers most of the calls about this bill."},
    request_only=True,
)
CALL_EXAMPLE = OpenApiExample(
    "A candidate",
    value={
        "stage": STAGE,
        "is_open": True,
        "volunteers": [],
        "candidates": [
            {
                "person": PERSON,
                "volunteer": None,
                "claims": False,
                "department": DEPARTMENT,
                "is_head": True,
                "touchpoints": 3,
                "directed_until": None,
                "live_stages": 2,
                "overdue_reviews": 0,
                "reasons": [
                    "Heads Billing, which has 3 of the 4 touchpoints here",
                    "Directs 2 live stages of at most 7",
                    "All reviews are on time",
                ],
            }
        ],
    },
    response_only=True,
)


class CandidatesAPIView(BaseAPIView):
    """The casting call of a stage."""

    read_scopes = ("ownership:read",)

    @extend_schema(responses=shapes.CastingCallSerializer, examples=[CALL_EXAMPLE])
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Suggest people who could direct a stage that is vacant, claimed or orphaned.

        To propose one of them, create a directorship. The lists leave out people who can't accept, are already
        proposed, or declined to direct this stage.
        """
        stage = get_stage(self.caller, id)
        with ensure_tenant_scope(self.caller.workspace_ids):
            found = find_casting_call(stage)
        call = found or CastingCall()
        return Response(
            shapes.CastingCallSerializer(
                {
                    "stage": stage.pk,
                    "is_open": found is not None,
                    "volunteers": call.volunteers,
                    "candidates": call.candidates,
                }
            ).data
        )


class VolunteerAPIMixin(OwnershipAPIMixin):
    model = Volunteer
    serializer_class = shapes.VolunteerSerializer


class VolunteerListAPIView(VolunteerAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {
        "journey": "stream",
        "stage": "stage",
        "person": "person",
        "end_reason": "end_reason",
    }

    @extend_schema(
        request=shapes.VolunteerCreateSerializer,
        responses={201: shapes.VolunteerSerializer},
        examples=[OFFER_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Offer to direct a stage yourself. The stage has to be vacant, claimed or orphaned."""
        sent = self.require_known_fields(frozenset({"stage", "note"}))
        stage = self.related_record(Stage, sent, "stage")
        note = self.parsed_value("note", "")
        actor = self.idempotent_actor(stage.workspace_id)
        return self.run(lambda: services.volunteer_create(stage=stage, note=note, actor=actor), 201)


class VolunteerDetailAPIView(VolunteerAPIMixin, OwnershipDetailAPIView):
    pass


@extend_schema_view(post=extend_schema(request=None))
class VolunteerWithdrawAPIView(VolunteerAPIMixin, TransitionAPIView):
    """Withdraw your offer to direct a stage."""

    needs_match = False

    def perform(self, row: Any, actor: Actor) -> Record:
        return services.volunteer_withdraw(volunteer=row, actor=actor)


urlpatterns = [
    path("stages/<uuid:id>/candidates", CandidatesAPIView.as_view(), name="api_candidates"),
    path("volunteers", VolunteerListAPIView.as_view(), name="api_volunteers"),
    path("volunteers/<uuid:id>", VolunteerDetailAPIView.as_view(), name="api_volunteer"),
    path(
        "volunteers/<uuid:id>/withdraw",
        VolunteerWithdrawAPIView.as_view(),
        name="api_volunteer_withdraw",
    ),
]
