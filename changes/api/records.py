"""Generic list and detail views for the types of records that ops can write."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.db import models
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from changes.access import get_record, get_stream
from changes.api.pagination import RecordPagination
from changes.api.replays import ReplayMixin
from changes.api.schema import field_schema
from changes.api.serializers import RecordSerializer
from changes.models import Change, ChangeSet, Record, Stream
from changes.ops import AT_END, Op, read_fields
from changes.recorder import logged_values, record_from_log
from changes.services import AlreadyRecorded, apply_ops
from core.actors import READ, Actor
from core.api.parameters import WORKSPACE, QueryParameter, integer_parameter
from core.api.views import BaseAPIView, require_match
from core.errors import AppError, FieldError, InvalidRequest, NotFound
from core.ids import read_new_id, read_uuid, uuid7
from core.instants import parse_instant
from core.tenancy import ensure_tenant_scope

BASE_FILTERS: Mapping[str, QueryParameter] = {
    "workspace": WORKSPACE,
    "updated_after": QueryParameter(
        {"type": "string", "format": "date-time"},
        "Only records changed at this time or later, ordered by (`updated_at`, `id`). A time"
        " without an offset is UTC. To poll, keep the latest `updated_at` you have read and send it"
        " with the next request.",
    ),
    "feed_after": integer_parameter(
        "Only records changed at this position in the workspace's feed or later, ordered by"
        " (`feed`, `id`)."
    ),
}
R = TypeVar("R", bound=Record)


def etag(row: Record) -> str:
    return f'"{row.version}"'


class RecordAPIView(ReplayMixin, BaseAPIView):
    """Base view for endpoints of one record type.

    A request that is repeated with the same idempotency key gets the first response again.
    """

    model: ClassVar[type[Record]]
    serializer_class: ClassVar[type[RecordSerializer]]
    detail: ClassVar[bool] = False  # the URL names the record that a write changes
    example: ClassVar[Mapping[str, Any]] = {}
    etag_methods = frozenset({"GET", "POST", "PATCH"})
    summaries: ClassVar[Mapping[str, str]] = {}  # OpenAPI descriptions by method; {a}, {nouns}

    @property
    def read_scopes(self) -> tuple[str, ...]:
        return (f"{self.model.scope}:read",)

    @property
    def write_scopes(self) -> tuple[str, ...]:
        return (f"{self.model.scope}:write",)

    def describe(self, method: str) -> str:
        """Return the OpenAPI description of a method, or "" if its docstring is used instead."""
        if getattr(type(self), method.lower()).__doc__ or method not in self.summaries:
            return ""
        noun = str(self.model._meta.verbose_name)
        nouns = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeo" else f"{noun}s"
        a = f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
        return self.summaries[method].format(a=a, nouns=nouns)

    def get_object(self) -> Any:
        """Return the record in the URL. To write it, the caller needs the type's right."""
        right = READ if self.request.method in SAFE_METHODS else self.required_right
        return get_record(self.caller, self.model, self.kwargs["id"], right)

    def record_response(self, row: Record, status: int = 200) -> Response:
        headers = {"ETag": etag(row)}
        if status == 201:
            headers["Location"] = f"{self.collection_path}/{row.pk}"
        return Response(self.serialize_record(row), status=status, headers=headers)

    def serialize_record(self, row: Any) -> dict[str, Any]:
        """Return a record as JSON data, including the feed position of its latest change."""
        if not hasattr(row, "feed"):
            row.feed = feed_position_of(row)
        return self.get_serializer(row).data

    @property
    def collection_path(self) -> str:
        """The path of the list endpoint for this record type."""
        return "/".join(self.request._request.path_info.split("/")[:4])

    @property
    def required_right(self) -> str:
        return self.model.required_right

    def replay_response(self, sets: list[dict[str, Any]]) -> Response:
        if not self.detail:
            return self.record_response(self.record_added_in(sets), 201)
        if self.request.method == "DELETE":
            return Response(status=204)
        return self.record_response(self.record_changed_in(sets, self.kwargs["id"]))

    def record_added_in(self, sets: list[dict[str, Any]]) -> Record:
        """Return the record that these change sets added, as it was afterwards.

        Raise NotFound if they added no record of this type.
        """
        for change_set in sets:
            for change in change_set["changes"]:
                if change["op"] == "add" and change["type"] == self.model.slug:
                    return self.record_after_change_set(
                        UUID(change["id"]), change_set, change["after"]
                    )
        raise NotFound

    def record_changed_in(self, sets: list[dict[str, Any]], record_id: UUID) -> Record:
        """Return a record as it was after the first of these change sets that changed it.

        Raise NotFound if none of them did.
        """
        change_set = next(
            (s for s in sets if any(c["id"] == str(record_id) for c in s["changes"])), None
        )
        if change_set is None:
            raise NotFound
        stream = get_stream(self.caller, UUID(change_set["stream"]))
        with ensure_tenant_scope(self.caller.workspace_ids):
            fields = fields_at(self.model, record_id, stream, change_set["version"])
        return self.record_after_change_set(record_id, change_set, fields)

    def record_after_change_set(
        self, record_id: UUID, change_set: dict[str, Any], fields: dict[str, Any]
    ) -> Record:
        """Return a record with these logged fields and the version and time of a change set.

        The record isn't loaded from the database and must not be saved.
        """
        stream = get_stream(self.caller, UUID(change_set["stream"]))
        row: Any = record_from_log(self.model, record_id, stream.pk, fields)
        row.workspace_id = stream.workspace_id
        row.version, row.feed = change_set["version"], change_set["feed"]
        row.updated_at = parse_instant(change_set["at"])
        return row

    def related_record(
        self, model: type[R], sent: Mapping[str, Any], name: str, *related: str
    ) -> R:
        """Return the record whose id is in a field of the body.

        Raise InvalidRequest if the field is missing, or if the caller can't read such a record.
        """
        if name not in sent:
            raise InvalidRequest.at(f"/{name}", "required", f"Send the id of the {name}.")
        record_id = read_uuid(sent[name], f"/{name}")
        try:
            return get_record(self.caller, model, record_id, READ, *related)
        except NotFound:
            raise InvalidRequest.at(
                f"/{name}",
                "not_found",
                f"This {model.slug} doesn't exist, or you don't have access to it.",
            ) from None

    def actor_with_if_match(self, actor: Actor, row: Record, *, required: bool = False) -> Actor:
        """Return the actor with the precondition that the record has the version in If-Match."""

        def current() -> str:
            latest = type(row)._base_manager.filter(pk=row.pk).first()
            return etag(latest) if latest else '"gone"'

        return self.with_if_match(actor, current, required=required)

    def writable_changes(self, row: Record, writable: frozenset[str]) -> dict[str, Any]:
        """Return the writable part of a PATCH body, which may contain everything that GET sent."""
        return self.writable_part(self.serialize_record(row), self.get_serializer(row), writable)

    def unchanged_response(self, row: Record) -> Response:
        """Return the response to a PATCH that changes nothing.

        Raise AlreadyRecorded if the same request was applied before, because it may have changed
        something then. Raise PreconditionFailed if `If-Match` names another version.
        """
        if sets := self.recorded_before():
            raise AlreadyRecorded(sets)
        if "If-Match" in self.request.headers:
            require_match(self.request.headers["If-Match"], etag(row))
        return self.record_response(row)


class RecordListAPIView(ListModelMixin, RecordAPIView):
    """List the records of a type, and create one."""

    is_list = True
    pagination_class = RecordPagination
    etag_methods = frozenset({"POST"})
    summaries: ClassVar = {
        "GET": "List {nouns}, ordered by `id`. With `updated_after` or `feed_after`, they are"
        " ordered by their latest change.",
        "POST": "Add {a}.",
    }
    filter_fields: ClassVar[Mapping[str, str]] = {}  # query parameter -> field lookup
    # Choices for query parameters whose field defines none.
    filter_choices: ClassVar[Mapping[str, Sequence[str]]] = {}
    # The foreign key that determines the stream of a new record; empty for directory records.
    parent_field: ClassVar[str] = ""
    extra_fields: ClassVar[frozenset[str]] = frozenset()  # POST keys that are not model fields

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.query_parameters = {
            **BASE_FILTERS,
            **{name: cls._query(name) for name in cls.filter_fields},
        }

    @classmethod
    def _query(cls, name: str) -> QueryParameter:
        schema = field_schema(find_field(cls.model, cls.filter_fields[name]))
        schema.pop("nullable", None)
        schema.pop("maxLength", None)
        if name in cls.filter_choices:
            schema["enum"] = list(cls.filter_choices[name])
        elif "" in schema.get("enum", ()):
            schema["enum"].remove("")
        return QueryParameter(schema, f"Only records with this `{name}`.")

    def get(self, request: Request) -> Response:
        return self.list(request)

    def get_queryset(self) -> models.QuerySet[Any]:
        return self.model.objects.filter(workspace_id__in=self.requested_workspace_ids())

    def filter_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Return the rows that match the query parameters.

        Ids of other workspaces match nothing.
        """
        query = self.request._request.GET
        wanted = {
            lookup: read_filter(self.query_parameters[name].schema, query[name], f"?{name}")
            for name, lookup in self.filter_fields.items()
            if name in query
        }
        return queryset.filter(**wanted)

    def post(self, request: Request) -> Response:
        sent = self.require_known_fields(self.create_fields())
        workspace_id, stream_id = self._stream(sent)
        actor = self.idempotent_actor(workspace_id)
        actor.require(self.model.required_right)
        ops = self.create_ops(sent, stream_id)
        try:
            recorder = apply_ops(stream_id, ops, actor=actor)
        except AppError as error:
            raise flatten_pointers(error) from error
        return self.record_response(recorder.fetch(self.model, [ops[0].id])[ops[0].id], 201)

    def create_fields(self) -> frozenset[str]:
        """Return the names of all fields that a POST body may contain."""
        return (
            writable_fields(self.model)
            | {"id", self.parent_field or "workspace"}
            | self.extra_fields
        )

    def request_serializer(self, method: str) -> Any:
        return partial_serializer(self.serializer_class, self.create_fields())

    def create_ops(self, sent: dict[str, Any], stream_id: UUID) -> list[Op]:
        """Return the ops for a POST body. The first op creates the record itself."""
        record_id = read_new_id(sent["id"], "/id") if "id" in sent else uuid7()
        return [Op("add", self.model, record_id, "", *split_op_fields(self.model, sent))]

    def _stream(self, sent: dict[str, Any]) -> tuple[UUID, UUID]:
        """Return the parent's workspace and stream, to which the new record will belong."""
        if not self.parent_field:
            workspace_id = self.requested_workspace_id(sent.get("workspace"), "/workspace")
            return workspace_id, workspace_id
        parent = self.related_record(
            self.model._meta.get_field(self.parent_field).related_model, sent, self.parent_field
        )
        return parent.workspace_id, parent.stream_id


class RecordDetailAPIView(RecordAPIView):
    """Read, change or remove a single record."""

    detail = True
    if_match_methods = frozenset({"PATCH", "DELETE"})
    summaries: ClassVar = {
        "GET": "Retrieve {a}.",
        "PATCH": "Change {a}. Only the fields you send are changed (a merge patch). You may send"
        " back everything that GET returned: unchanged read-only fields are ignored.",
        "DELETE": "Remove {a} and everything in it. Returns 409 if something else still uses it.",
    }

    def request_serializer(self, method: str) -> Any:
        return partial_serializer(self.serializer_class, writable_fields(self.model))

    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        row = self.get_object()
        return self.etag_response(etag(row), lambda: self.serialize_record(row))

    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        row = self.get_object()
        actor = self.actor_with_if_match(self.idempotent_actor(row.workspace_id), row)
        ops = self._ops(row, self.writable_changes(row, writable_fields(self.model)))
        if not ops:
            return self.unchanged_response(row)
        try:
            recorder = apply_ops(row.stream_id, ops, actor=actor)
        except AppError as error:
            raise flatten_pointers(error) from error
        return self.record_response(recorder.fetch(self.model, [row.pk])[row.pk])

    def _ops(self, row: Record, sent: Mapping[str, Any]) -> list[Op]:
        fields, within, after = split_op_fields(self.model, sent)
        # A record sent with its current parent keeps its position unless `after` is sent, too.
        moves = {k: v for k, v in within.items() if v != row.serializable_value(k)}
        ops = [Op("set", self.model, row.pk, "", fields)] if fields else []
        if moves or after is not AT_END:
            ops.append(Op("move", self.model, row.pk, "", {}, moves, after))
        return ops

    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002
        row = self.get_object()
        actor = self.actor_with_if_match(self.idempotent_actor(row.workspace_id), row)
        apply_ops(row.stream_id, [Op("remove", self.model, row.pk, "")], actor=actor)
        return Response(status=204)


def writable_fields(model: type[Record]) -> frozenset[str]:
    """Return the fields of a type that ops can write: plain fields, parents and `after`."""
    place = model.place
    within = place.parent_fields if place else ()
    order = ["after"] if place and place.order_field else []
    return frozenset((*model.op_fields, *within, *order))


@cache
def partial_serializer(
    serializer: type[RecordSerializer], names: frozenset[str]
) -> type[RecordSerializer]:
    """Return a subclass of a serializer with only these fields, to describe a request body."""
    fields = tuple(name for name in serializer.Meta.fields if name in names)
    meta = type("Meta", (serializer.Meta,), {"fields": fields, "read_only_fields": ()})
    return type(serializer.__name__, (serializer,), {"Meta": meta, "__doc__": None})


def feed_position_of(row: Record) -> int | None:
    """Return the feed position of a record's latest change."""
    with ensure_tenant_scope([row.workspace_id]):
        sets = ChangeSet.objects.filter(
            workspace_id=row.workspace_id, stream_id=row.stream_id, version=row.version
        )
        return sets.values_list("feed", flat=True).first()


def fields_at(model: type[Record], record_id: UUID, stream: Stream, version: int) -> dict[str, Any]:
    """Return the logged fields of a record as they were at a version of its stream.

    Reverts the later changes, starting from the current values.
    """
    row = model.objects.filter(pk=record_id).first()
    fields = logged_values(row) if row else {}
    later = Change.objects.filter(
        workspace_id=stream.workspace_id,
        record_id=record_id,
        set__stream_id=stream.id,
        set__version__gt=version,
    )
    for op, before in later.order_by("-set__version", "-id").values_list("op", "before"):
        fields = before if op == Change.Op.REMOVE else fields | before
    return fields


def split_op_fields(
    model: type[Record], sent: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, UUID], Any]:
    """Split the fields of a body into an op's plain fields, parent ids and `after`.

    `after` is AT_END if it wasn't sent. Raise InvalidRequest for invalid values.
    """
    names = model.place.parent_fields if model.place else ()
    fields = read_fields(model, {k: v for k, v in sent.items() if k in model.op_fields})
    within = {name: read_uuid(sent[name], f"/{name}") for name in names if name in sent}
    if "after" not in sent:
        return fields, within, AT_END
    after = sent["after"]
    return fields, within, None if after is None else read_uuid(after, "/after")


def flatten_pointers(error: AppError) -> AppError:
    """Change the pointers of an op's errors, in place, to point into the flat body."""
    error.errors = tuple(
        FieldError(e.pointer.removeprefix("/fields").removeprefix("/place"), e.code, e.detail)
        for e in error.errors
    )
    return error


def find_field(model: type[models.Model], lookup: str) -> Any:
    """Return the model field at the end of a lookup, such as `step__stage`."""
    field: Any = None
    owner: Any = model
    for part in lookup.split("__"):
        field = owner._meta.get_field(part)
        owner = field.related_model
    return field


def read_filter(schema: Mapping[str, Any], value: str, at: str) -> Any:
    """Parse the value of a query parameter according to its schema.

    Raise InvalidRequest if the value is invalid.
    """
    if schema.get("format") == "uuid":
        return read_uuid(value, at)
    if schema["type"] == "boolean":
        if value not in {"true", "false"}:
            raise InvalidRequest.at(at, "type", "Send true or false.")
        return value == "true"
    if "\x00" in value:
        raise InvalidRequest.at(at, "control_character", "Control characters are not allowed.")
    if value not in schema.get("enum", [value]):
        raise InvalidRequest.at(at, "choice", f"Use one of {', '.join(schema['enum'])}.")
    return value
