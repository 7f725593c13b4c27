"""REST API views for personas, journeys and the parts of a journey."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from changes.api.records import (
    RecordAPIView,
    RecordDetailAPIView,
    RecordListAPIView,
    flatten_pointers,
    read_filter,
)
from changes.api.schema import field_schema
from changes.models import field_of
from changes.ops import Op, read_fields, require_complete
from core.actors import DRAW, Actor
from core.api.examples import DEPARTMENT, JOURNEY, STAGE, STEP
from core.api.parameters import QueryParameter
from core.api.search import NameSearchAPIView
from core.errors import AppError, InvalidRequest
from core.ids import read_new_id, uuid7
from journeys.access import get_journey
from journeys.models import Journey, Lane, Measure, Note, Persona, Stage, Step
from journeys.queries import JOURNEY_SEARCH, PERSONA_SEARCH, linkable_journeys
from journeys.serializers import (
    DuplicateSerializer,
    JourneySerializer,
    LaneSerializer,
    MeasureSerializer,
    NoteSerializer,
    PersonaSerializer,
    StageSerializer,
    StepSerializer,
)
from journeys.services import journey_create, journey_duplicate, set_lock


class PersonaAPIMixin:
    model = Persona
    serializer_class = PersonaSerializer
    example: ClassVar = {"name": "Mira, 34, moving flat", "age": 34, "summary": "Works from home."}


class PersonaListAPIView(PersonaAPIMixin, RecordListAPIView):
    pass


class PersonaDetailAPIView(PersonaAPIMixin, RecordDetailAPIView):
    pass


class PersonaSearchAPIView(NameSearchAPIView):
    """Search personas by name. Returns at most 20 personas."""

    read_scopes = ("maps:read",)
    name_search = PERSONA_SEARCH

    def searched_rows(self, workspace_id: UUID) -> QuerySet[Persona]:
        return Persona.objects.filter(workspace=workspace_id)


class JourneyAPIMixin:
    model = Journey
    serializer_class = JourneySerializer
    example: ClassVar = {
        "title": "Moving broadband to a new flat",
        "summary": "",
        "kind": "customer",
        "state": "current",
        "status": "draft",
        "folder": "Consumer/Broadband",
        "persona": None,
    }


class JourneyListAPIMixin(JourneyAPIMixin):
    """List and create journeys. journey_templates/api.py extends it with templates."""

    filter_fields: ClassVar = {
        "kind": "kind",
        "state": "state",
        "status": "status",
        "folder": "folder",
        "persona": "persona",
        "pair_of": "pair_of",
        "is_template": "is_template",
    }

    extra_fields = frozenset({"first_stage", "template"})

    def post(self, request: Request) -> Response:
        """Create a journey with an `unassigned` lane, optionally with a first stage or from a template."""
        sent = self.require_known_fields(self.create_fields())
        actor = self.idempotent_actor(
            self.requested_workspace_id(sent.get("workspace"), "/workspace")
        )
        for name in self.extra_fields:
            if not isinstance(sent.get(name, ""), str):
                raise InvalidRequest.at(f"/{name}", "type", "Send a string.")
        fields = read_fields(Journey, {k: v for k, v in sent.items() if k in Journey.op_fields})
        require_complete(Journey, fields)
        columns = {field_of(Journey, name).attname: value for name, value in fields.items()}
        journey_id = read_new_id(sent["id"], "/id") if "id" in sent else uuid7()
        try:
            journey = self.create_journey(sent, actor, journey_id, columns)
        except AppError as refusal:
            raise flatten_pointers(refusal) from refusal
        return self.record_response(journey, 201)

    def create_journey(
        self, sent: dict[str, Any], actor: Actor, journey_id: UUID, columns: dict[str, Any]
    ) -> Journey:
        first = sent.get("first_stage", "")
        return journey_create(actor=actor, journey_id=journey_id, first_stage=first, **columns)


class JourneyDetailAPIView(JourneyAPIMixin, RecordDetailAPIView):
    summaries: ClassVar = RecordDetailAPIView.summaries | {
        "DELETE": "Remove a journey and everything in it. Returns 409 while another record refers"
        " to it."
    }


class JourneySearchAPIView(NameSearchAPIView):
    """Search journeys by title. Returns at most 20 journeys. Templates are excluded.

    In each result, `detail` is the journey's folder.
    """

    read_scopes = ("maps:read",)
    name_search = JOURNEY_SEARCH
    query_parameters: ClassVar = NameSearchAPIView.query_parameters | {
        "state": QueryParameter(
            field_schema(field_of(Journey, "state")), "Only journeys with this `state`."
        )
    }

    def searched_rows(self, workspace_id: UUID) -> QuerySet[Journey]:
        rows = linkable_journeys(workspace_id)
        query = self.request._request.GET
        if "state" in query:
            schema = self.query_parameters["state"].schema
            rows = rows.filter(state=read_filter(schema, query["state"], "?state"))
        return rows


class JourneyDuplicateAPIView(JourneyAPIMixin, RecordAPIView):
    """Duplicate a journey as a copy, a future state or a template."""

    write_scopes = ("maps:write", "touchpoints:write")

    @extend_schema(
        request=DuplicateSerializer,
        responses={201: JourneySerializer},
        examples=[
            OpenApiExample(
                "Future state",
                value={"title": "Moving without an outage", "as": "future"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Copy a journey's map. Ownership, comments, flags and external ids are not copied."""
        sent = self.require_known_fields(frozenset({"title", "as"}))
        journey = get_journey(self.caller, id, DRAW)
        title = read_fields(Journey, {k: v for k, v in sent.items() if k == "title"})
        require_complete(Journey, title)
        kind = sent.get("as")
        if not isinstance(kind, str):
            raise InvalidRequest.at("/as", "required", "Send copy, future or template.")
        actor = self.idempotent_actor(journey.workspace_id)
        copied = journey_duplicate(journey=journey, kind=kind, actor=actor, **title)
        return self.record_response(copied, 201)


class StageAPIMixin:
    model = Stage
    serializer_class = StageSerializer
    example: ClassVar = {
        "journey": JOURNEY,
        "title": "Choose and buy",
        "time_span": "Day 1-3",
        "summary": "",
    }


class StageListAPIView(StageAPIMixin, RecordListAPIView):
    parent_field = "journey"
    filter_fields: ClassVar = {"journey": "journey"}

    def create_ops(self, sent: dict[str, Any], stream_id: UUID) -> list[Op]:
        """Return the ops that create a stage with its first step.

        A stage needs at least one step.
        """
        stage, *_ = super().create_ops(sent, stream_id)
        first_step = {"title": "First step"}
        return [stage, Op("add", Step, uuid7(), "", first_step, {"stage": stage.id})]


class StageDetailAPIView(StageAPIMixin, RecordDetailAPIView):
    summaries: ClassVar = RecordDetailAPIView.summaries | {
        "DELETE": "Remove a stage with its steps and their touchpoints, notes, measures and"
        " promises. Returns 409 while the stage has a director."
    }


class LockAPIView(RecordAPIView):
    """Lock a stage or a lane. Ops can't change a locked record or its contents."""

    detail = True
    if_match_methods = frozenset({"POST"})
    is_locking: ClassVar[bool] = True

    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        self.require_empty_body()
        row = self.get_object()
        actor = self.actor_with_if_match(self.idempotent_actor(row.workspace_id), row)
        return self.record_response(set_lock(row=row, locked=self.is_locking, actor=actor))


@extend_schema_view(post=extend_schema(request=None))
class StageLockAPIView(StageAPIMixin, LockAPIView):
    """Lock a stage. Its steps and their contents can't be changed until it is unlocked."""


@extend_schema_view(post=extend_schema(request=None))
class StageUnlockAPIView(StageAPIMixin, LockAPIView):
    """Unlock a stage, so that it and its contents can be changed again."""

    is_locking = False


class StepAPIMixin:
    model = Step
    serializer_class = StepSerializer
    example: ClassVar = {
        "stage": STAGE,
        "title": "Compares plans at home",
        "time_span": "",
        "quote": "Why are there nine of these?",
        "opens": None,
    }


class StepListAPIView(StepAPIMixin, RecordListAPIView):
    parent_field = "stage"
    filter_fields: ClassVar = {"journey": "stage__journey", "stage": "stage", "opens": "opens"}


class StepDetailAPIView(StepAPIMixin, RecordDetailAPIView):
    summaries: ClassVar = RecordDetailAPIView.summaries | {
        "DELETE": "Remove a step with its touchpoints, notes, measures and promises. Returns 409"
        " for the last step of a stage."
    }


class LaneAPIMixin:
    model = Lane
    serializer_class = LaneSerializer
    example: ClassVar = {
        "journey": JOURNEY,
        "kind": "department",
        "department": DEPARTMENT,
    }


class LaneListAPIView(LaneAPIMixin, RecordListAPIView):
    parent_field = "journey"
    filter_fields: ClassVar = {"journey": "journey", "kind": "kind", "department": "department"}


class LaneDetailAPIView(LaneAPIMixin, RecordDetailAPIView):
    pass


@extend_schema_view(post=extend_schema(request=None))
class LaneLockAPIView(LaneAPIMixin, LockAPIView):
    """Lock a lane. The lane and its touchpoints can't be changed until it is unlocked."""


@extend_schema_view(post=extend_schema(request=None))
class LaneUnlockAPIView(LaneAPIMixin, LockAPIView):
    """Unlock a lane, so that it and its touchpoints can be changed again."""

    is_locking = False


class NoteAPIMixin:
    model = Note
    serializer_class = NoteSerializer
    example: ClassVar = {"step": STEP, "kind": "pain", "title": "Old SIM dies before the new works"}


class NoteListAPIView(NoteAPIMixin, RecordListAPIView):
    parent_field = "step"
    filter_fields: ClassVar = {"journey": "step__stage__journey", "step": "step", "kind": "kind"}


class NoteDetailAPIView(NoteAPIMixin, RecordDetailAPIView):
    pass


class MeasureAPIMixin:
    model = Measure
    serializer_class = MeasureSerializer
    example: ClassVar = {
        "step": STEP,
        "title": "Porting time",
        "value": 61,
        "unit": "h",
        "target": 24,
        "better": "lower",
        "trend": [38, 44, 52, 61],
    }


class MeasureListAPIView(MeasureAPIMixin, RecordListAPIView):
    parent_field = "step"
    filter_fields: ClassVar = {"journey": "step__stage__journey", "step": "step"}


class MeasureDetailAPIView(MeasureAPIMixin, RecordDetailAPIView):
    pass


urlpatterns = [
    path("personas", PersonaListAPIView.as_view(), name="api_personas"),
    path("personas/search", PersonaSearchAPIView.as_view(), name="api_persona_search"),
    path("personas/<uuid:id>", PersonaDetailAPIView.as_view(), name="api_persona"),
    path("journeys/search", JourneySearchAPIView.as_view(), name="api_journey_search"),
    path("journeys/<uuid:id>", JourneyDetailAPIView.as_view(), name="api_journey"),
    path(
        "journeys/<uuid:id>/duplicate",
        JourneyDuplicateAPIView.as_view(),
        name="api_journey_duplicate",
    ),
    path("stages", StageListAPIView.as_view(), name="api_stages"),
    path("stages/<uuid:id>", StageDetailAPIView.as_view(), name="api_stage"),
    path("stages/<uuid:id>/lock", StageLockAPIView.as_view(), name="api_stage_lock"),
    path("stages/<uuid:id>/unlock", StageUnlockAPIView.as_view(), name="api_stage_unlock"),
    path("steps", StepListAPIView.as_view(), name="api_steps"),
    path("steps/<uuid:id>", StepDetailAPIView.as_view(), name="api_step"),
    path("lanes", LaneListAPIView.as_view(), name="api_lanes"),
    path("lanes/<uuid:id>", LaneDetailAPIView.as_view(), name="api_lane"),
    path("lanes/<uuid:id>/lock", LaneLockAPIView.as_view(), name="api_lane_lock"),
    path("lanes/<uuid:id>/unlock", LaneUnlockAPIView.as_view(), name="api_lane_unlock"),
    path("notes", NoteListAPIView.as_view(), name="api_notes"),
    path("notes/<uuid:id>", NoteDetailAPIView.as_view(), name="api_note"),
    path("measures", MeasureListAPIView.as_view(), name="api_measures"),
    path("measures/<uuid:id>", MeasureDetailAPIView.as_view(), name="api_measure"),
]
