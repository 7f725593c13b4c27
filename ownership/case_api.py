"""REST API views for cases and their answers."""

from typing import Any, ClassVar

from django.urls import path
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from changes.api.records import RecordListAPIView
from changes.models import Record
from core.actors import Actor
from core.api.examples import CASE, DEPARTMENT, STAGE
from journeys.models import Stage
from ownership import case_serializers as shapes
from ownership import services
from ownership.api_base import OwnershipAPIMixin, OwnershipDetailAPIView, TransitionAPIView
from ownership.models import Case, CaseAnswer
from people.models import Department

CASE_EXAMPLE = OpenApiExample(
    "A broken promise",
    value={
        "stage": STAGE,
        "department": DEPARTMENT,
        "kind": "broken_promise",
        "account": "She was promised a call back within a day, and nobody called for nine days.",
        "evidence": "The call center's list of 12 May",
    },
    request_only=True,
)
ANSWER_EXAMPLE = OpenApiExample(
    "An answer",
    value={"case": CASE, "text": "We called her today, and the list is now checked every morning."},
    request_only=True,
)
CLOSE_EXAMPLE = OpenApiExample(
    "Put right",
    value={"outcome": "put_right", "reason": "She was called, and nobody has waited since."},
    request_only=True,
)


class CaseAPIMixin(OwnershipAPIMixin):
    model = Case
    serializer_class = shapes.CaseSerializer


class CaseAnswerAPIMixin(OwnershipAPIMixin):
    model = CaseAnswer
    serializer_class = shapes.CaseAnswerSerializer


class CaseListAPIView(CaseAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {
        "journey": "stream",
        "stage": "stage",
        "department": "department",
        "kind": "kind",
        "outcome": "outcome",
    }

    @extend_schema(
        request=shapes.CaseCreateSerializer,
        responses={201: shapes.CaseSerializer},
        examples=[CASE_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Open a case about a stage, as an ombudsman."""
        names = frozenset({"stage", "department", "kind", "account", "evidence"})
        sent = self.require_known_fields(names)
        stage = self.related_record(Stage, sent, "stage")
        department = self.related_record(Department, sent, "department")
        values = {
            "kind": self.parsed_value("kind"),
            "account": self.parsed_value("account"),
            "evidence": self.parsed_value("evidence", ""),
        }
        actor = self.idempotent_actor(stage.workspace_id)
        return self.run(
            lambda: services.case_open(stage=stage, department=department, actor=actor, **values),
            201,
        )


class CaseDetailAPIView(CaseAPIMixin, OwnershipDetailAPIView):
    pass


@extend_schema_view(
    post=extend_schema(request=shapes.CaseCloseSerializer, examples=[CLOSE_EXAMPLE])
)
class CaseCloseAPIView(CaseAPIMixin, TransitionAPIView):
    """Close a case, as an ombudsman who doesn't belong to the department concerned."""

    body_fields = frozenset({"outcome", "reason"})

    def perform(self, row: Any, actor: Actor) -> Record:
        return services.case_close(
            case=row,
            outcome=self.parsed_value("outcome"),
            reason=self.parsed_value("reason"),
            actor=actor,
        )


class CaseAnswerListAPIView(CaseAnswerAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {"journey": "stream", "case": "case"}

    @extend_schema(
        request=shapes.CaseAnswerCreateSerializer,
        responses={201: shapes.CaseAnswerSerializer},
        examples=[ANSWER_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Answer a case, as the stage's director or the journey's producer or sponsor."""
        sent = self.require_known_fields(frozenset({"case", "text"}))
        case = self.related_record(Case, sent, "case")
        text = self.parsed_value("text")
        actor = self.idempotent_actor(case.workspace_id)
        return self.run(lambda: services.case_answer(case=case, text=text, actor=actor), 201)


class CaseAnswerDetailAPIView(CaseAnswerAPIMixin, OwnershipDetailAPIView):
    pass


urlpatterns = [
    path("cases", CaseListAPIView.as_view(), name="api_cases"),
    path("cases/<uuid:id>", CaseDetailAPIView.as_view(), name="api_case"),
    path("cases/<uuid:id>/close", CaseCloseAPIView.as_view(), name="api_case_close"),
    path("case-answers", CaseAnswerListAPIView.as_view(), name="api_case_answers"),
    path("case-answers/<uuid:id>", CaseAnswerDetailAPIView.as_view(), name="api_case_answer"),
]
