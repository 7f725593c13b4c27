"""Personas, journeys and what they consist of, for programs."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from changes.models import field_of
from changes.ops import Op, read_fields, read_new_id
from changes.rest.records import RecordDetail, RecordDoor, RecordList, flat
from journeys.access import get_journey, get_lane, get_stage
from journeys.models import Journey, Lane, Measure, Note, Persona, Stage, Step
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
from journeys.services import journey_create, journey_duplicate, lock_set
from workspaces.access import DRAW, Actor
from workspaces.errors import Invalid, Refused
from workspaces.ids import uuid7

JOURNEY = "019ab1c2-d3e4-7f50-8a6b-000000000001"
STAGE = "019ab1c2-d3e4-7f50-8a6b-000000000011"
STEP = "019ab1c2-d3e4-7f50-8a6b-000000000021"


class MapDoor(RecordDoor):
    read = ("maps:read",)
    write = ("maps:write",)


class Personas(MapDoor):
    model = Persona
    serializer = PersonaSerializer
    example: ClassVar = {"name": "Mira, 34, moving flat", "age": 34, "summary": "Works from home."}


class PersonaList(Personas, RecordList):
    pass


class PersonaDetail(Personas, RecordDetail):
    pass


class Journeys(MapDoor):
    model = Journey
    serializer = JourneySerializer
    example: ClassVar = {
        "title": "Moving broadband to a new flat",
        "summary": "",
        "kind": "customer",
        "state": "current",
        "status": "draft",
        "persona": None,
    }


class JourneyList(Journeys, RecordList):
    """Its route is in cxmap/api.py, which knows what the templates that come with us consist of."""

    where: ClassVar = {
        "kind": "kind",
        "state": "state",
        "status": "status",
        "persona": "persona",
        "pair_of": "pair_of",
        "is_template": "is_template",
    }

    def post(self, request: Request) -> Response:
        """A new journey, in a stream of its own, with the lane `unassigned`."""
        texts = ("first_stage", "template")
        sent = self.known_only(frozenset({*Journey.plain, "id", "workspace", *texts}))
        actor = self.acting(self.workspace_named(sent.get("workspace"), "/workspace"))
        for name in texts:
            if not isinstance(sent.get(name, ""), str):
                raise Invalid.at(f"/{name}", "type", "Send text.")
        fields = read_fields(Journey, {k: v for k, v in sent.items() if k in Journey.plain})
        columns = {field_of(Journey, name).attname: value for name, value in fields.items()}
        journey_id = read_new_id(sent["id"], "/id") if "id" in sent else uuid7()
        try:
            journey = self.begun(sent, actor, journey_id, columns)
        except Refused as refusal:
            raise flat(refusal) from refusal
        return self.one(journey, 201)

    def begun(
        self, sent: dict[str, Any], actor: Actor, journey_id: UUID, columns: dict[str, Any]
    ) -> Journey:
        first = sent.get("first_stage", "")
        return journey_create(actor=actor, journey_id=journey_id, first_stage=first, **columns)


class JourneyDetail(Journeys, RecordDetail):
    pass


class JourneyDuplicate(Journeys):
    """Another journey that begins as this one is now."""

    write = ("maps:write", "touchpoints:write")

    @extend_schema(
        request=DuplicateSerializer,
        responses={201: JourneySerializer},
        examples=[
            OpenApiExample(
                "As it should be",
                value={"title": "A move without a gap", "as": "future"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """A copy of its map, without who answers for it, what was said of it, and foreign ids."""
        sent = self.known_only(frozenset({"title", "as"}))
        journey = get_journey(self.caller, id, DRAW)
        title = read_fields(Journey, {"title": sent.get("title")})["title"]
        kind = sent.get("as")
        if not isinstance(kind, str):
            raise Invalid.at("/as", "required", "Say as what: copy, future or template.")
        actor = self.acting(journey.workspace_id)
        copied = journey_duplicate(journey=journey, title=title, kind=kind, actor=actor)
        return self.one(copied, 201)


class Stages(MapDoor):
    model = Stage
    serializer = StageSerializer
    example: ClassVar = {
        "journey": JOURNEY,
        "title": "Choose and buy",
        "time_span": "Day 1-3",
        "summary": "",
    }


class StageList(Stages, RecordList):
    home = "journey"
    where: ClassVar = {"journey": "journey"}

    def additions(self, sent: dict[str, Any], stream_id: UUID) -> list[Op]:
        """A stage begins with one step, as it keeps at least one."""
        stage, *_ = super().additions(sent, stream_id)
        first = {"title": "First step"}
        return [stage, Op("add", Step, uuid7(), "", first, {"stage": stage.id})]


class StageDetail(Stages, RecordDetail):
    pass


class Lock(MapDoor):
    """Against accidents: what is locked, and what stands in it, is refused to change by ops."""

    locked: ClassVar[bool] = True
    load: ClassVar[Callable[..., Stage | Lane]]

    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        self.nothing_sent()
        row = type(self).load(self.caller, id, DRAW)
        actor = self.guarded(self.acting(row.workspace_id), row)
        return self.one(lock_set(row=row, locked=self.locked, actor=actor))

    def replayed(self, sets: list[dict[str, Any]]) -> Response:
        return self.one(type(self).load(self.caller, self.kwargs["id"]))


@extend_schema_view(post=extend_schema(summary="Lock a stage", request=None))
class StageLock(Stages, Lock):
    """Nobody changes it, its steps or what stands in them, until somebody unlocks it."""

    load = get_stage


@extend_schema_view(post=extend_schema(summary="Unlock a stage", request=None))
class StageUnlock(StageLock):
    """It can be changed again."""

    locked = False


class Steps(MapDoor):
    model = Step
    serializer = StepSerializer
    example: ClassVar = {
        "stage": STAGE,
        "title": "Compares plans at home",
        "time_span": "",
        "quote": "Why are there nine of these?",
        "opens": None,
    }


class StepList(Steps, RecordList):
    home = "stage"
    where: ClassVar = {"journey": "stage__journey", "stage": "stage", "opens": "opens"}


class StepDetail(Steps, RecordDetail):
    pass


class Lanes(MapDoor):
    model = Lane
    serializer = LaneSerializer
    example: ClassVar = {
        "journey": JOURNEY,
        "kind": "department",
        "department": "019ab1c2-d3e4-7f50-8a6b-0000000000d1",
    }


class LaneList(Lanes, RecordList):
    home = "journey"
    where: ClassVar = {"journey": "journey", "kind": "kind", "department": "department"}


class LaneDetail(Lanes, RecordDetail):
    pass


@extend_schema_view(post=extend_schema(summary="Lock a lane", request=None))
class LaneLock(Lanes, Lock):
    """Nobody changes it or its touchpoints, until somebody unlocks it."""

    load = get_lane


@extend_schema_view(post=extend_schema(summary="Unlock a lane", request=None))
class LaneUnlock(LaneLock):
    """It can be changed again."""

    locked = False


class Notes(MapDoor):
    model = Note
    serializer = NoteSerializer
    example: ClassVar = {"step": STEP, "kind": "pain", "title": "Old SIM dies before the new works"}


class NoteList(Notes, RecordList):
    home = "step"
    where: ClassVar = {"journey": "step__stage__journey", "step": "step", "kind": "kind"}


class NoteDetail(Notes, RecordDetail):
    pass


class Measures(MapDoor):
    model = Measure
    serializer = MeasureSerializer
    example: ClassVar = {
        "step": STEP,
        "title": "Porting time",
        "value": 61,
        "unit": "h",
        "target": 24,
        "better": "lower",
        "trend": [38, 44, 52, 61],
    }


class MeasureList(Measures, RecordList):
    home = "step"
    where: ClassVar = {"journey": "step__stage__journey", "step": "step"}


class MeasureDetail(Measures, RecordDetail):
    pass


urlpatterns = [
    path("personas", PersonaList.as_view(), name="api_personas"),
    path("personas/<uuid:id>", PersonaDetail.as_view(), name="api_persona"),
    path("journeys/<uuid:id>", JourneyDetail.as_view(), name="api_journey"),
    path("journeys/<uuid:id>/duplicate", JourneyDuplicate.as_view(), name="api_journey_duplicate"),
    path("stages", StageList.as_view(), name="api_stages"),
    path("stages/<uuid:id>", StageDetail.as_view(), name="api_stage"),
    path("stages/<uuid:id>/lock", StageLock.as_view(), name="api_stage_lock"),
    path("stages/<uuid:id>/unlock", StageUnlock.as_view(), name="api_stage_unlock"),
    path("steps", StepList.as_view(), name="api_steps"),
    path("steps/<uuid:id>", StepDetail.as_view(), name="api_step"),
    path("lanes", LaneList.as_view(), name="api_lanes"),
    path("lanes/<uuid:id>", LaneDetail.as_view(), name="api_lane"),
    path("lanes/<uuid:id>/lock", LaneLock.as_view(), name="api_lane_lock"),
    path("lanes/<uuid:id>/unlock", LaneUnlock.as_view(), name="api_lane_unlock"),
    path("notes", NoteList.as_view(), name="api_notes"),
    path("notes/<uuid:id>", NoteDetail.as_view(), name="api_note"),
    path("measures", MeasureList.as_view(), name="api_measures"),
    path("measures/<uuid:id>", MeasureDetail.as_view(), name="api_measure"),
]
