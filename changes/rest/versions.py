"""The endpoints of a stream's past: its history in sentences, names for versions, a way back."""

from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from changes.history import Sitting, history
from changes.models import NamedVersion
from changes.ops import read_uuid
from changes.rest import schema
from changes.rest.records import RecordDoor, etag, part_of
from changes.rest.serializers import HEAD, RecordSerializer, in_journey
from changes.rest.streams import EVERYTHING, MOST_SETS, Edits, StreamDoor
from changes.services import restore, version_name
from changes.tenancy import tenant_if_outside
from workspaces.errors import Invalid
from workspaces.instants import format_instant
from workspaces.integers import read_integer


class NamedVersionSerializer(RecordSerializer):
    journey = in_journey()
    number = serializers.IntegerField(help_text="The version that has the name.")
    made_by = serializers.UUIDField(source="made_by_id", read_only=True, allow_null=True)

    class Meta:
        model = NamedVersion
        fields = (*HEAD, "journey", "name", "number", "made_by", "made_at")
        read_only_fields = ("made_at",)


class History(StreamDoor):
    read = EVERYTHING
    filters: ClassVar = schema.OF_HISTORY

    @extend_schema(
        responses={200: schema.ref("HistoryPage")},
        examples=[schema.HISTORY],
    )
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """What people did, as sentences, by person and ten minutes; the latest first."""
        stream = self.stream(id)
        query = self.request._request.GET
        before = query.get("before")
        most = read_integer(query.get("limit", "50"), "?limit", 1, MOST_SETS)
        with tenant_if_outside(self.caller.workspace_ids):
            sittings, following = history(
                stream.pk,
                before=None if before is None else read_integer(before, "?before", 1),
                limit=most,
                member=self._id("member"),
                record=self._id("record"),
            )
        body = {
            "next": self._next(following),
            "previous": None,
            "results": [sitting_as_json(one) for one in sittings],
        }
        return Response(body)

    def _id(self, name: str) -> UUID | None:
        value = self.request._request.GET.get(name)
        return None if value is None else read_uuid(value, f"?{name}")

    def _next(self, before: int | None) -> str | None:
        if before is None:
            return None
        raw = self.request._request
        query = urlencode(raw.GET.dict() | {"before": str(before)})
        return raw.build_absolute_uri(f"{raw.path}?{query}")


def sitting_as_json(sitting: Sitting) -> dict[str, Any]:
    return {
        "first": sitting.first,
        "last": sitting.last,
        "at": format_instant(sitting.latest.at),
        "who": sitting.latest.who,
        "member": sitting.member,
        "sentences": [
            {
                "version": one.version,
                "at": format_instant(one.at),
                "text": one.text,
                "type": one.subject[0] if one.subject else None,
                "id": one.subject[1] if one.subject else None,
                "gesture": one.gesture,
            }
            for one in sitting.sentences
        ],
    }


class NamedVersions(StreamDoor, RecordDoor):
    model = NamedVersion
    serializer = NamedVersionSerializer
    located = False
    write = ("maps:write",)

    @extend_schema(
        request=part_of(NamedVersionSerializer, frozenset({"name", "number"})),
        responses={201: NamedVersionSerializer},
        examples=schema.NAMED,
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Give a version a name."""
        stream = self.stream(id)
        sent = self.known_only(frozenset({"name", "number"}))
        name, number = sent.get("name"), read_version(sent, "number")
        if not isinstance(name, str):
            raise Invalid.at("/name", "required", "Send a name.")
        actor = self.acting(stream.workspace_id)
        return self.one(version_name(stream.pk, name=name, number=number, actor=actor), 201)

    def one(self, row: Any, status: int = 200) -> Response:
        return Response(self.shown(row), status=status, headers={"ETag": etag(row)})


class Restore(Edits):
    """A version brought back as a new, undoable change set."""

    @extend_schema(
        request={"application/json": schema.ref("RestoreRequest")},
        responses={200: schema.ref("EditAnswer")},
        examples=schema.RESTORE,
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Bring the map back to what it was at a version; 409 names what stands in the way."""
        stream = self.stream(id)
        sent = self.known_only(frozenset({"id", "version"}))
        version = read_version(sent, "version")
        return self._answer(restore(stream.pk, version, actor=self._actor(stream)))


def read_version(sent: dict[str, Any], name: str) -> int:
    number = sent.get(name)
    if not isinstance(number, int) or isinstance(number, bool):
        raise Invalid.at(f"/{name}", "type", "Send the number of a version.")
    return number
