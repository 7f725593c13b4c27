"""REST API views for contributors: who takes part in a stage beside its director."""

from collections.abc import Collection
from typing import Any, ClassVar
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from changes.api.records import RecordListAPIView
from changes.api.replays import ReplayMixin
from core.api import examples
from core.api.views import BaseAPIView
from core.errors import InvalidRequest, TooLarge
from core.ids import read_uuid
from core.tenancy import ensure_tenant_scope
from journeys.access import get_journey
from journeys.models import Journey, Stage
from ownership import contributor_serializers as shapes
from ownership import services
from ownership.api_base import OwnershipAPIMixin, OwnershipDetailAPIView
from ownership.contributors import MAX_CELLS, Cell, responsibilities_update
from ownership.models import Contributor
from people.models import Department, Person

CREATE_EXAMPLE = OpenApiExample(
    "A department is consulted",
    value={
        "stage": examples.STAGE,
        "department": examples.DEPARTMENT,
        "part": "consulted",
    },
    request_only=True,
)
CELLS_EXAMPLE = OpenApiExample(
    "Fill one cell and empty another",
    value={
        "cells": [
            {"stage": examples.STAGE, "department": examples.DEPARTMENT, "part": "consulted"},
            {"stage": examples.STAGE, "person": examples.PERSON, "part": None},
        ]
    },
)


class ContributorAPIMixin(OwnershipAPIMixin):
    model = Contributor
    serializer_class = shapes.ContributorSerializer


class ContributorListAPIView(ContributorAPIMixin, RecordListAPIView):
    filter_fields: ClassVar = {
        "journey": "stream",
        "stage": "stage",
        "department": "department",
        "person": "person",
        "part": "part",
    }

    @extend_schema(
        request=shapes.ContributorCreateSerializer,
        responses={201: shapes.ContributorSerializer},
        examples=[CREATE_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Give a department or a person a part in a stage. Each has at most one part there."""
        sent = self.require_known_fields(frozenset({"stage", "department", "person", "part"}))
        stage = self.related_record(Stage, sent, "stage")
        named: dict[str, Any] = {
            name: self.related_record(model, sent, name)
            for name, model in (("department", Department), ("person", Person))
            if sent.get(name) is not None
        }
        part = self.parsed_value("part")
        actor = self.idempotent_actor(stage.workspace_id)
        return self.run(
            lambda: services.contributor_create(stage=stage, part=part, actor=actor, **named), 201
        )


class ContributorDetailAPIView(ContributorAPIMixin, OwnershipDetailAPIView):
    if_match_methods = frozenset({"PATCH", "DELETE"})
    summaries: ClassVar = {
        "GET": "Retrieve {a}.",
        "PATCH": "Change the part of {a}.",
        "DELETE": "Remove {a}.",
    }

    @extend_schema(
        request=shapes.ContributorUpdateSerializer, responses=shapes.ContributorSerializer
    )
    def patch(self, request: Request, id: Any) -> Response:  # noqa: A002
        row = self.get_object()
        changes = self.writable_changes(row, frozenset({"part"}))
        if not changes:
            return self.unchanged_response(row)
        part = self.parsed_value("part")
        actor = self.actor_with_if_match(self.idempotent_actor(row.workspace_id), row)
        return self.run(
            lambda: services.contributor_update(contributor=row, part=part, actor=actor)
        )

    def delete(self, request: Request, id: Any) -> Response:  # noqa: A002
        row = self.get_object()
        actor = self.actor_with_if_match(self.idempotent_actor(row.workspace_id), row)
        services.contributor_remove(contributor=row, actor=actor)
        return Response(status=204)


class ResponsibilitiesAPIView(ReplayMixin, BaseAPIView):
    write_scopes = (f"{Contributor.scope}:write",)

    @extend_schema(
        request=shapes.CellsSerializer, responses=shapes.CellsSerializer, examples=[CELLS_EXAMPLE]
    )
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Set up to 400 cells of a journey's matrix of responsibilities in one gesture, or none.

        The part of a department or a person in a stage replaces the one that it has there; null removes it. Cells
        that you don't send stay as they are. Returns the cells as they are stored now.
        """
        journey = get_journey(self.caller, id)
        parts = self.read_parts(journey)
        responsibilities_update(
            journey_id=journey.pk, parts=parts, actor=self.idempotent_actor(journey.workspace_id)
        )
        return Response(self.json_body)

    def replay_response(self, sets: list[dict[str, Any]]) -> Response:
        return Response(self.json_body)

    def read_parts(self, journey: Journey) -> dict[Cell, str]:
        """Return the cells in the body with their parts. The part "" empties a cell."""
        cells = self.require_known_fields(frozenset({"cells"})).get("cells")
        if not isinstance(cells, list) or not cells:
            raise InvalidRequest.at("/cells", "required", "Send a list with at least one cell.")
        if len(cells) > MAX_CELLS:
            raise TooLarge(f"You sent {len(cells)} cells. Send at most {MAX_CELLS} in a request.")
        parts: dict[Cell, str] = {}
        for index, sent in enumerate(cells):
            cell, part = _read_cell(sent, f"/cells/{index}")
            if cell in parts:
                raise InvalidRequest.at(f"/cells/{index}", "duplicate", "Send each cell once.")
            parts[cell] = part
        with ensure_tenant_scope([journey.workspace_id]):
            _require_known_ids(journey, parts)
        return parts


def _read_cell(sent: Any, at: str) -> tuple[Cell, str]:
    if not isinstance(sent, dict) or not sent.keys() <= {"stage", "department", "person", "part"}:
        raise InvalidRequest.at(at, "type", "Send stage, department or person, and part.")
    if ("department" in sent) == ("person" in sent):
        raise InvalidRequest.at(at, "either-or", "Send either department or person.")
    part = sent.get("part", "")
    if part is not None and part not in Contributor.Part.values:
        listed = ", ".join(Contributor.Part.values)
        raise InvalidRequest.at(f"{at}/part", "choice", f"Use one of {listed}, or null.")
    ids = {
        f"{name}_id": read_uuid(sent[name], f"{at}/{name}") if name in sent else None
        for name in ("department", "person")
    }
    return Cell(read_uuid(sent.get("stage"), f"{at}/stage"), **ids), part or ""


def _require_known_ids(journey: Journey, cells: Collection[Cell]) -> None:
    """Raise InvalidRequest for stages of other journeys, and for unknown departments or persons."""
    for name, rows in (
        ("stage", Stage.objects.filter(journey=journey)),
        ("department", Department.objects.filter(workspace=journey.workspace_id)),
        ("person", Person.objects.filter(workspace=journey.workspace_id)),
    ):
        sent = [getattr(cell, f"{name}_id") for cell in cells]
        known = {None, *rows.filter(pk__in=set(sent) - {None}).values_list("pk", flat=True)}
        for index, record_id in enumerate(sent):
            if record_id not in known:
                raise InvalidRequest.at(
                    f"/cells/{index}/{name}", "not_found", f"This {name} doesn’t exist here."
                )


urlpatterns = [
    path(
        "journeys/<uuid:id>/responsibilities",
        ResponsibilitiesAPIView.as_view(),
        name="api_responsibilities",
    ),
    path("contributors", ContributorListAPIView.as_view(), name="api_contributors"),
    path("contributors/<uuid:id>", ContributorDetailAPIView.as_view(), name="api_contributor"),
]
