"""REST API views for hand-offs, their signatures and breaches."""

from typing import Any, ClassVar

from django.urls import path
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from changes.api.records import RecordListAPIView
from changes.models import Record
from core.actors import Actor
from core.api.examples import OWN_ID
from journeys.models import Stage
from ownership import handoff_serializers as shapes
from ownership import services
from ownership.api_base import OwnershipAPIMixin, OwnershipDetailAPIView, TransitionAPIView
from ownership.models import Breach, HandOff, HandOffSignature

TEXT_FIELDS = ("exit_criteria", "entry_criteria", "forward_service", "return_service")

BREACH_EXAMPLE = OpenApiExample(
    "A breach by the earlier stage",
    value={
        "handoff": OWN_ID,
        "side": "from",
        "description": "Customers came without a contract number.",
        "evidence": "https://tickets.example.org/214",
        "happened_on": "2026-03-01",
    },
    request_only=True,
)


class HandOffAPIMixin(OwnershipAPIMixin):
    model = HandOff
    serializer_class = shapes.HandOffSerializer

    def parsed_text(self) -> dict[str, str]:
        return {name: self.parsed_value(name, "") for name in TEXT_FIELDS}


class SignatureAPIMixin(OwnershipAPIMixin):
    model = HandOffSignature
    serializer_class = shapes.HandOffSignatureSerializer


class BreachAPIMixin(OwnershipAPIMixin):
    model = Breach
    serializer_class = shapes.BreachSerializer


class HandOffListAPIView(HandOffAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {
        "journey": "stream",
        "from_stage": "from_stage",
        "to_stage": "to_stage",
    }

    @extend_schema(
        request=shapes.HandOffCreateSerializer, responses={201: shapes.HandOffSerializer}
    )
    def post(self, request: Request) -> Response:
        """Write the hand-off between two adjacent stages with different directors. Both then sign it."""
        sent = self.require_known_fields(frozenset({"from_stage", "to_stage", *TEXT_FIELDS}))
        from_stage = self.related_record(Stage, sent, "from_stage", "journey")
        to_stage = self.related_record(Stage, sent, "to_stage", "journey")
        text = self.parsed_text()
        actor = self.idempotent_actor(from_stage.workspace_id)
        return self.run(
            lambda: services.handoff_create(
                from_stage=from_stage, to_stage=to_stage, actor=actor, **text
            ),
            201,
        )


class HandOffDetailAPIView(HandOffAPIMixin, OwnershipDetailAPIView):
    pass


@extend_schema_view(post=extend_schema(request=shapes.HandOffTextSerializer))
class HandOffUpdateAPIView(HandOffAPIMixin, TransitionAPIView):
    """Replace what a hand-off says. If it changes, both signatures become invalid."""

    body_fields = frozenset(TEXT_FIELDS)

    def perform(self, row: Any, actor: Actor) -> Record:
        return services.handoff_update(handoff=row, actor=actor, **self.parsed_text())


@extend_schema_view(
    post=extend_schema(
        request=shapes.HandOffSignSerializer, responses={200: shapes.HandOffSerializer}
    )
)
class HandOffSignAPIView(HandOffAPIMixin, TransitionAPIView):
    """Sign a hand-off as the director of one of its stages. Returns the hand-off."""

    needs_match = False  # the body names the revision
    body_fields = frozenset({"revision"})

    def perform(self, row: Any, actor: Actor) -> Record:
        revision = self.body_value(HandOff, "revision")
        return services.handoff_sign(handoff=row, revision=revision, actor=actor).handoff


class SignatureListAPIView(SignatureAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {
        "journey": "stream",
        "handoff": "handoff",
        "directorship": "directorship",
    }
    http_method_names: ClassVar = ["get", "head", "options"]  # `sign` makes them


class SignatureDetailAPIView(SignatureAPIMixin, OwnershipDetailAPIView):
    pass


class BreachListAPIView(BreachAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {"journey": "stream", "handoff": "handoff", "side": "side"}

    @extend_schema(
        request=shapes.BreachCreateSerializer,
        responses={201: shapes.BreachSerializer},
        examples=[BREACH_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Record that one side didn't keep a hand-off that both have signed."""
        sent = self.require_known_fields(
            frozenset({"handoff", "side", "description", "evidence", "happened_on"})
        )
        handoff = self.related_record(HandOff, sent, "handoff")
        said = {
            name: self.parsed_value(name)
            for name in ("side", "description", "evidence", "happened_on")
        }
        actor = self.idempotent_actor(handoff.workspace_id)
        return self.run(lambda: services.breach_create(handoff=handoff, actor=actor, **said), 201)


class BreachDetailAPIView(BreachAPIMixin, OwnershipDetailAPIView):
    pass


@extend_schema_view(post=extend_schema(request=shapes.BreachAnswerSerializer))
class BreachAnswerAPIView(BreachAPIMixin, TransitionAPIView):
    """Answer a breach, as the director of the side that caused it."""

    needs_match = False
    body_fields = frozenset({"answer"})

    def perform(self, row: Any, actor: Actor) -> Record:
        return services.breach_answer(
            breach=row, answer=self.body_value(Breach, "answer"), actor=actor
        )


urlpatterns = [
    path("handoffs", HandOffListAPIView.as_view(), name="api_handoffs"),
    path("handoffs/<uuid:id>", HandOffDetailAPIView.as_view(), name="api_handoff"),
    path("handoffs/<uuid:id>/update", HandOffUpdateAPIView.as_view(), name="api_handoff_update"),
    path("handoffs/<uuid:id>/sign", HandOffSignAPIView.as_view(), name="api_handoff_sign"),
    path("handoff-signatures", SignatureListAPIView.as_view(), name="api_handoff_signatures"),
    path(
        "handoff-signatures/<uuid:id>",
        SignatureDetailAPIView.as_view(),
        name="api_handoff_signature",
    ),
    path("breaches", BreachListAPIView.as_view(), name="api_breaches"),
    path("breaches/<uuid:id>", BreachDetailAPIView.as_view(), name="api_breach"),
    path("breaches/<uuid:id>/answer", BreachAnswerAPIView.as_view(), name="api_breach_answer"),
]
