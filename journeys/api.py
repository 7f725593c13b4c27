"""Personas, journeys, stages, steps and lanes, for programs."""

from typing import Any, ClassVar
from uuid import UUID

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from changes.ops import Op, read_fields, read_uuid
from changes.rest.records import RecordDetail, RecordDoor, RecordList, flat
from journeys.models import Journey, Lane, Persona, Stage, Step
from journeys.serializers import (
    JourneySerializer,
    LaneSerializer,
    PersonaSerializer,
    StageSerializer,
    StepSerializer,
)
from journeys.services import journey_create
from workspaces.errors import Invalid, Refused
from workspaces.ids import uuid7

JOURNEY = "019ab1c2-d3e4-7f50-8a6b-000000000001"
STAGE = "019ab1c2-d3e4-7f50-8a6b-000000000011"


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
    where: ClassVar = {"kind": "kind", "state": "state", "status": "status", "persona": "persona"}

    def post(self, request: Request) -> Response:
        """A new journey, in a stream of its own, with the lane `unassigned`."""
        sent = self.known_only(frozenset({*Journey.plain, "id", "workspace", "first_stage"}))
        actor = self.acting(self.workspace_named(sent.get("workspace"), "/workspace"))
        first_stage = sent.get("first_stage", "")
        if not isinstance(first_stage, str):
            raise Invalid.at("/first_stage", "type", "Send text.")
        fields = read_fields(Journey, {k: v for k, v in sent.items() if k in Journey.plain})
        if "persona" in fields:
            fields["persona_id"] = fields.pop("persona")
        journey_id = read_uuid(sent["id"], "/id") if "id" in sent else uuid7()
        try:
            journey = journey_create(
                actor=actor, journey_id=journey_id, first_stage=first_stage, **fields
            )
        except Refused as refusal:
            raise flat(refusal) from refusal
        return self.one(journey, 201)


class JourneyDetail(Journeys, RecordDetail):
    pass


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


class Steps(MapDoor):
    model = Step
    serializer = StepSerializer
    example: ClassVar = {
        "stage": STAGE,
        "title": "Compares plans at home",
        "time_span": "",
        "quote": "Why are there nine of these?",
    }


class StepList(Steps, RecordList):
    home = "stage"
    where: ClassVar = {"journey": "stage__journey", "stage": "stage"}


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


urlpatterns = [
    path("personas", PersonaList.as_view(), name="api_personas"),
    path("personas/<uuid:id>", PersonaDetail.as_view(), name="api_persona"),
    path("journeys", JourneyList.as_view(), name="api_journeys"),
    path("journeys/<uuid:id>", JourneyDetail.as_view(), name="api_journey"),
    path("stages", StageList.as_view(), name="api_stages"),
    path("stages/<uuid:id>", StageDetail.as_view(), name="api_stage"),
    path("steps", StepList.as_view(), name="api_steps"),
    path("steps/<uuid:id>", StepDetail.as_view(), name="api_step"),
    path("lanes", LaneList.as_view(), name="api_lanes"),
    path("lanes/<uuid:id>", LaneDetail.as_view(), name="api_lane"),
]
