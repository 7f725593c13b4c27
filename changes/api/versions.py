"""Endpoints for the earlier versions of a stream: history, named versions and restore."""

from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from changes.api import schema
from changes.api.records import RecordAPIView, etag, partial_serializer
from changes.api.serializers import BASE_FIELDS, RecordSerializer, journey_field
from changes.api.streams import MAX_SETS, STREAM_READ_SCOPES, EditsAPIView, StreamAPIView
from changes.history import HistoryGroup, history
from changes.models import NamedVersion, record_types
from changes.services import restore, version_create_name
from core.errors import InvalidRequest
from core.ids import read_uuid
from core.instants import format_instant
from core.integers import read_integer
from core.tenancy import ensure_tenant_scope


class NamedVersionSerializer(RecordSerializer):
    journey = journey_field()
    number = serializers.IntegerField(help_text="The number of the version.")
    made_by = serializers.UUIDField(source="made_by_id", read_only=True, allow_null=True)

    class Meta:
        model = NamedVersion
        fields = (*BASE_FIELDS, "journey", "name", "number", "made_by", "made_at")
        read_only_fields = ("made_at",)


class HistoryAPIView(StreamAPIView):
    read_scopes = STREAM_READ_SCOPES
    query_parameters: ClassVar = schema.HISTORY_PARAMETERS

    @extend_schema(
        responses={200: schema.schema_ref("HistoryPage")},
        examples=[schema.HISTORY_EXAMPLE],
    )
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """List the history as sentences, newest first, grouped by person and ten minutes."""
        stream = self.stream(id)
        query = self.request._request.GET
        before = query.get("before")
        limit = read_integer(query.get("limit", "50"), "?limit", 1, MAX_SETS)
        with ensure_tenant_scope(self.caller.workspace_ids):
            groups, following = history(
                stream.workspace_id,
                stream.pk,
                before=None if before is None else read_integer(before, "?before", 1),
                limit=limit,
                member=self._id("member"),
                record=self._id("record"),
                record_type=self._record_type(),
            )
        body = {
            "next": self._next(following),
            "previous": None,
            "results": [group_as_json(group) for group in groups],
        }
        return Response(body)

    def _id(self, name: str) -> UUID | None:
        value = self.request._request.GET.get(name)
        return None if value is None else read_uuid(value, f"?{name}")

    def _record_type(self) -> str | None:
        slug = self.request._request.GET.get("type")
        if slug is not None and slug not in record_types():
            raise InvalidRequest.at("?type", "choice", "Send the name of a record type.")
        return slug

    def _next(self, before: int | None) -> str | None:
        if before is None:
            return None
        raw = self.request._request
        query = urlencode(raw.GET.dict() | {"before": str(before)})
        return raw.build_absolute_uri(f"{raw.path}?{query}")


def group_as_json(group: HistoryGroup) -> dict[str, Any]:
    return {
        "first": group.first_version,
        "last": group.last_version,
        "at": format_instant(group.latest.at),
        "who": group.latest.actor_name,
        "member": group.member_id,
        "sentences": [
            {
                "version": entry.version,
                "at": format_instant(entry.at),
                "text": entry.text,
                "type": entry.subject[0] if entry.subject else None,
                "id": entry.subject[1] if entry.subject else None,
                "gesture": entry.gesture,
            }
            for entry in group.entries
        ],
    }


class NamedVersionsAPIView(StreamAPIView, RecordAPIView):
    model = NamedVersion
    serializer_class = NamedVersionSerializer
    has_location = False

    @extend_schema(
        request=partial_serializer(NamedVersionSerializer, frozenset({"name", "number"})),
        responses={201: NamedVersionSerializer},
        examples=schema.NAMED_VERSION_EXAMPLES,
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Give a version a name."""
        stream = self.stream(id)
        sent = self.require_known_fields(frozenset({"name", "number"}))
        name, number = sent.get("name"), read_version(sent, "number")
        if not isinstance(name, str):
            raise InvalidRequest.at("/name", "required", "Send a name.")
        actor = self.idempotent_actor(stream.workspace_id)
        return self.record_response(
            version_create_name(stream.pk, name=name, number=number, actor=actor), 201
        )

    def record_response(self, row: Any, status: int = 200) -> Response:
        return Response(self.serialize_record(row), status=status, headers={"ETag": etag(row)})


class RestoreAPIView(EditsAPIView):
    """Restore an earlier version as a new, undoable change set."""

    @extend_schema(
        request={"application/json": schema.schema_ref("RestoreRequest")},
        responses={200: schema.schema_ref("EditAnswer")},
        examples=schema.RESTORE_EXAMPLES,
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Restore the map as it was at a version. A 409 response says what prevents it."""
        stream = self.stream(id)
        sent = self.require_known_fields(frozenset({"id", "version"}))
        version = read_version(sent, "version")
        return self._edit_response(restore(stream.pk, version, actor=self._actor(stream)))


def read_version(sent: dict[str, Any], name: str) -> int:
    number = sent.get(name)
    if not isinstance(number, int) or isinstance(number, bool):
        raise InvalidRequest.at(f"/{name}", "type", "Send a version number.")
    return number
