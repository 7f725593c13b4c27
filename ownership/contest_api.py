"""REST API views for contests, parties, rulings and appeals."""

from typing import Any, ClassVar

from django.urls import path
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from changes.api.records import RecordListAPIView
from changes.models import Record
from core.actors import Actor
from journeys.models import Stage, Step
from ownership import contest_serializers as shapes
from ownership import services
from ownership.api_base import OwnershipAPIMixin, OwnershipDetailAPIView, TransitionAPIView
from ownership.models import Appeal, Contest, Party, Ruling
from ownership.services import Decision
from people.models import Person

READ_METHODS: list[str] = ["get", "head", "options"]


class ContestAPIMixin(OwnershipAPIMixin):
    model = Contest
    serializer_class = shapes.ContestSerializer


class PartyAPIMixin(OwnershipAPIMixin):
    model = Party
    serializer_class = shapes.PartySerializer


class RulingAPIMixin(OwnershipAPIMixin):
    model = Ruling
    serializer_class = shapes.RulingSerializer


class AppealAPIMixin(OwnershipAPIMixin):
    model = Appeal
    serializer_class = shapes.AppealSerializer


DECISION_EXAMPLE = OpenApiExample(
    "Nobody for now",
    value={"kind": "nobody", "reason": "The product ends in May."},
    request_only=True,
)
DECISION_FIELDS = frozenset(
    {"kind", "reason", "person", "second_person", "first_step", "second_title"}
)


def read_decision(view: TransitionAPIView) -> Decision:
    """Return the decision in the body. Raises InvalidRequest for ids that the caller can't read."""

    def record(model: type[Record], name: str) -> Any:
        sent = view.json_body
        return view.related_record(model, sent, name) if name in sent else None

    return Decision(
        kind=view.body_value(Ruling, "kind"),
        reason=view.body_value(Ruling, "reason"),
        person=record(Person, "person"),
        second_person=record(Person, "second_person"),
        first_step=record(Step, "first_step"),
        second_title=view.body_value(Stage, "title", "second_title", default=""),
    )


class ContestListAPIView(ContestAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {"journey": "stream", "stage": "stage", "outcome": "outcome"}
    http_method_names: ClassVar = READ_METHODS  # claims open contests


class ContestDetailAPIView(ContestAPIMixin, OwnershipDetailAPIView):
    pass


@extend_schema_view(
    post=extend_schema(request=shapes.DecisionSerializer, examples=[DECISION_EXAMPLE])
)
class ContestRuleAPIView(ContestAPIMixin, TransitionAPIView):
    """Rule on a contest, which settles it at once. Returns the contest."""

    body_fields = DECISION_FIELDS

    def perform(self, row: Any, actor: Actor) -> Record:
        return services.contest_rule(contest=row, decision=read_decision(self), actor=actor).contest


class PartyListAPIView(PartyAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {"journey": "stream", "contest": "contest", "person": "person"}
    http_method_names: ClassVar = READ_METHODS


class PartyDetailAPIView(PartyAPIMixin, OwnershipDetailAPIView):
    pass


@extend_schema_view(post=extend_schema(request=shapes.CaseSerializer))
class PartyStateAPIView(PartyAPIMixin, TransitionAPIView):
    """State your case in an open contest, or change it."""

    body_fields = frozenset({"statement", "can_change_soon"})

    def perform(self, row: Any, actor: Actor) -> Record:
        return services.party_state(
            party=row,
            statement=self.body_value(Party, "statement"),
            can_change_soon=self.body_value(Party, "can_change_soon", default=""),
            actor=actor,
        )


@extend_schema_view(post=extend_schema(request=None))
class PartyAskAPIView(PartyAPIMixin, TransitionAPIView):
    """Ask for a ruling before the time to talk is over."""

    needs_match = False

    def perform(self, row: Any, actor: Actor) -> Record:
        return services.party_ask(party=row, actor=actor)


class RulingListAPIView(RulingAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {"journey": "stream", "contest": "contest"}
    http_method_names: ClassVar = READ_METHODS


class RulingDetailAPIView(RulingAPIMixin, OwnershipDetailAPIView):
    pass


class AppealListAPIView(AppealAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {"journey": "stream", "ruling": "ruling", "person": "person"}

    @extend_schema(request=shapes.AppealCreateSerializer, responses={201: shapes.AppealSerializer})
    def post(self, request: Request) -> Response:
        """Appeal against a ruling, as a party, within 14 days. Each party can appeal once."""
        sent = self.require_known_fields(frozenset({"ruling", "grounds"}))
        ruling = self.related_record(Ruling, sent, "ruling")
        grounds = self.parsed_value("grounds")
        actor = self.idempotent_actor(ruling.workspace_id)
        return self.run(
            lambda: services.appeal_make(ruling=ruling, grounds=grounds, actor=actor), 201
        )


class AppealDetailAPIView(AppealAPIMixin, OwnershipDetailAPIView):
    pass


@extend_schema_view(post=extend_schema(request=shapes.AppealAnswerSerializer))
class AppealRejectAPIView(AppealAPIMixin, TransitionAPIView):
    """Let the ruling stand, with a reason."""

    body_fields = frozenset({"answer"})

    def perform(self, row: Any, actor: Actor) -> Record:
        return services.appeal_reject(appeal=row, answer=self.parsed_value("answer"), actor=actor)


@extend_schema_view(
    post=extend_schema(request=shapes.DecisionSerializer, examples=[DECISION_EXAMPLE])
)
class AppealGrantAPIView(AppealAPIMixin, TransitionAPIView):
    """Replace the ruling by another one. Returns the appeal."""

    body_fields = DECISION_FIELDS

    def perform(self, row: Any, actor: Actor) -> Record:
        return services.appeal_grant(appeal=row, decision=read_decision(self), actor=actor)


urlpatterns = [
    path("contests", ContestListAPIView.as_view(), name="api_contests"),
    path("contests/<uuid:id>", ContestDetailAPIView.as_view(), name="api_contest"),
    path("contests/<uuid:id>/rule", ContestRuleAPIView.as_view(), name="api_contest_rule"),
    path("parties", PartyListAPIView.as_view(), name="api_parties"),
    path("parties/<uuid:id>", PartyDetailAPIView.as_view(), name="api_party"),
    path("parties/<uuid:id>/state", PartyStateAPIView.as_view(), name="api_party_state"),
    path("parties/<uuid:id>/ask", PartyAskAPIView.as_view(), name="api_party_ask"),
    path("rulings", RulingListAPIView.as_view(), name="api_rulings"),
    path("rulings/<uuid:id>", RulingDetailAPIView.as_view(), name="api_ruling"),
    path("appeals", AppealListAPIView.as_view(), name="api_appeals"),
    path("appeals/<uuid:id>", AppealDetailAPIView.as_view(), name="api_appeal"),
    path("appeals/<uuid:id>/reject", AppealRejectAPIView.as_view(), name="api_appeal_reject"),
    path("appeals/<uuid:id>/grant", AppealGrantAPIView.as_view(), name="api_appeal_grant"),
]
