"""The two endpoints of every noun that ops can write: its list, and one of it."""

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.db import models
from django.utils.dateparse import parse_datetime
from rest_framework.request import Request
from rest_framework.response import Response

from changes.access import get_record, get_stream
from changes.models import Record
from changes.ops import END, Op, read_fields, read_new_id, read_uuid
from changes.recorder import revive
from changes.rest.serializers import RecordSerializer
from changes.services import Replayed, edit
from workspaces.access import READ, Actor
from workspaces.errors import FieldError, Invalid, NotFound, Refused
from workspaces.ids import uuid7
from workspaces.rest.paging import Page, answer, read_page
from workspaces.rest.views import Door

BASE_FILTERS = frozenset({"workspace", "updated_after"})
MOST_FEED = 2**62
R = TypeVar("R", bound=Record)


def etag(row: Record) -> str:
    return f'"{row.version}"'


class RecordDoor(Door):
    """An endpoint that answers with records of one type, and again when a gesture is sent again."""

    model: ClassVar[type[Record]]
    serializer: ClassVar[type[RecordSerializer]]
    example: ClassVar[Mapping[str, Any]] = {}

    def one(self, row: Record, status: int = 200) -> Response:
        headers = {"ETag": etag(row)}
        if status == 201:
            headers["Location"] = f"{self.collection_path}/{row.pk}"
        return Response(self.serializer(row).data, status=status, headers=headers)

    @property
    def collection_path(self) -> str:
        """The path of the list of this noun."""
        return "/".join(self.request._request.path_info.split("/")[:4])

    def handle_exception(self, exc: Exception) -> Any:
        if not isinstance(exc, Replayed):
            return super().handle_exception(exc)
        response = self.replayed(exc.sets)
        response["Idempotency-Replayed"] = "true"
        return response

    def replayed(self, sets: list[dict[str, Any]]) -> Response:
        """Return the answer to a gesture that was recorded before."""
        return self.one(self.added_in(sets), 201)

    def added_in(self, sets: list[dict[str, Any]]) -> Record:
        """Return the record that a gesture added, as it was then."""
        for one in sets:
            for change in one["changes"]:
                if change["op"] == "add" and change["type"] == self.model.slug:
                    row = revive(
                        self.model, UUID(change["id"]), UUID(one["stream"]), change["after"]
                    )
                    row.workspace_id = self.workspace_of_stream(row.stream_id)
                    row.version = one["version"]
                    row.updated_at = parse_datetime(one["at"])
                    return row
        raise NotFound

    def workspace_of_stream(self, stream_id: UUID) -> UUID:
        return get_stream(self.caller, stream_id).workspace_id

    def referred(self, model: type[R], sent: Mapping[str, Any], name: str, *related: str) -> R:
        """Return the record that a field of the body names; a foreign id is like no id."""
        if name not in sent:
            raise Invalid.at(f"/{name}", "required", f"Say which {name}.")
        record_id = read_uuid(sent[name], f"/{name}")
        try:
            return get_record(self.caller, model, record_id, READ, *related)
        except NotFound:
            raise Invalid.at(f"/{name}", "not_found", f"There is no such {model.slug}.") from None

    def guarded(self, actor: Actor, row: Record, *, required: bool = False) -> Actor:
        """Return the actor bound to the version of a record that If-Match names."""

        def current() -> str:
            now = type(row)._base_manager.filter(pk=row.pk).first()
            return etag(now) if now else '"gone"'

        return self.provided(actor, current, required=required)


class RecordList(RecordDoor):
    """`GET`: a page of records. `POST`: a new one."""

    lists = True
    where: ClassVar[Mapping[str, str]] = {}  # query parameter -> field it is equal to
    home: ClassVar[str] = ""  # the key that says in which stream; empty: the directory

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.filters = BASE_FILTERS | frozenset(cls.where)

    def get(self, request: Request) -> Response:
        raw = request._request
        page = read_page(raw)
        rows = self.filtered()
        if "updated_after" in raw.GET:
            found, key = self._by_feed(rows, page), _feed_key
        else:
            after = {"pk__gt": _cursor(page, 1)[0]} if page.after is not None else {}
            found, key = list(rows.filter(**after).order_by("pk")[: page.limit + 1]), _id_key
        return answer(raw, found, page, key, lambda shown: self.serializer(shown, many=True).data)

    def filtered(self) -> models.QuerySet[Any]:
        """Return the rows that the query asks for. A foreign id finds nothing, like no id."""
        query = self.request._request.GET
        ids = self.caller.workspace_ids
        if "workspace" in query:
            ids = [self.workspace_named(query["workspace"], "?workspace")]
        wanted = {
            lookup: read_filter(self.model, lookup, query[name], f"?{name}")
            for name, lookup in self.where.items()
            if name in query
        }
        return self.model.objects.filter(workspace_id__in=ids, **wanted)

    def _by_feed(self, rows: models.QuerySet[Any], page: Page) -> list[Any]:
        """Return a page in the order of the feed: a clock, or a sequence, would lose rows."""
        query = self.request._request.GET
        self.workspace_named(query.get("workspace"), "?workspace")  # a feed is of one
        asked = query["updated_after"]
        if not (asked.isascii() and asked.isdigit() and int(asked[:20]) < MOST_FEED):
            raise Invalid.at("?updated_after", "type", "Send a number of the feed, from 0 on.")
        table = self.model._meta.db_table
        feed, record_id = _cursor(page, 2) if page.after is not None else (int(asked), None)
        beyond = f"(changes_changeset.feed, {table}.id) > (%s, %s)"
        # No relation could say "the set of this stream and version". Names are our own.
        ordered = rows.extra(  # noqa: S610
            tables=["changes_changeset"],
            select={"feed": "changes_changeset.feed"},
            where=[
                f"changes_changeset.stream_id = {table}.stream_id",
                f"changes_changeset.version = {table}.version",
                beyond if record_id else "changes_changeset.feed >= %s",
            ],
            params=[feed, record_id] if record_id else [feed],
            order_by=["feed", f"{table}.id"],
        )
        return list(ordered[: page.limit + 1])

    def post(self, request: Request) -> Response:
        place = self.model.place
        within = place.within if place else ()
        order = {"after"} if place and place.order else set()
        beside = {"id", self.home or "workspace"} | set(within) | order
        sent = self.known_only(frozenset(self.model.plain) | beside)
        workspace_id, stream_id = self._stream(sent)
        actor = self.acting(workspace_id)
        actor.need(self.model.right)
        ops = self.additions(sent, stream_id)
        try:
            recorder = edit(stream_id, ops, actor=actor)
        except Refused as refusal:
            raise flat(refusal) from refusal
        return self.one(recorder.fetch(self.model, [ops[0].id])[ops[0].id], 201)

    def additions(self, sent: dict[str, Any], stream_id: UUID) -> list[Op]:
        """Return the ops that make what was sent; the first adds the record itself."""
        record_id = read_new_id(sent["id"], "/id") if "id" in sent else uuid7()
        return [Op("add", self.model, record_id, "", *read_parts(self.model, sent))]

    def _stream(self, sent: dict[str, Any]) -> tuple[UUID, UUID]:
        """Return the workspace and the stream of a new record, from the record it hangs on."""
        if not self.home:
            workspace_id = self.workspace_named(sent.get("workspace"), "/workspace")
            return workspace_id, workspace_id
        home = self.referred(self.model._meta.get_field(self.home).related_model, sent, self.home)
        return home.workspace_id, home.stream_id


class RecordDetail(RecordDoor):
    """`GET`, `PATCH` (merge patch of the fields named) and `DELETE` of one record."""

    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        row = get_record(self.caller, self.model, id)
        return self.tagged(etag(row), lambda: self.serializer(row).data)

    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        row = get_record(self.caller, self.model, id, self.model.right)
        sent = self.changed(row)
        fields, within, after = read_parts(self.model, sent)
        ops = [Op("set", self.model, row.pk, "", fields)] if fields else []
        if within or after is not END:
            ops.append(Op("move", self.model, row.pk, "", {}, within, after))
        actor = self.guarded(self.acting(row.workspace_id), row)
        if not ops:
            return self.one(row)
        try:
            recorder = edit(row.stream_id, ops, actor=actor)
        except Refused as refusal:
            raise flat(refusal) from refusal
        return self.one(recorder.fetch(self.model, [row.pk])[row.pk])

    def changed(self, row: Record) -> dict[str, Any]:
        """Return the writable part of what was sent; Invalid for a read-only field's new value."""
        shown = self.serializer(row).data
        place = self.model.place
        writable = {*self.model.plain, *(place.within if place else ())}
        if place and place.order:
            writable.add("after")
        sent = self.known_only(frozenset(shown) | writable)
        errors = [
            FieldError(f"/{name}", "read-only", "This cannot be set.")
            for name, value in sent.items()
            if name not in writable and value != shown[name]
        ]
        if errors:
            raise Invalid("A field that cannot be set has another value.", errors=errors)
        return {name: value for name, value in sent.items() if name in writable}

    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002
        row = get_record(self.caller, self.model, id, self.model.right)
        actor = self.guarded(self.acting(row.workspace_id), row)
        edit(row.stream_id, [Op("remove", self.model, row.pk, "")], actor=actor)
        return Response(status=204)

    def replayed(self, sets: list[dict[str, Any]]) -> Response:
        if self.request.method == "DELETE":
            return Response(status=204)
        return self.one(get_record(self.caller, self.model, self.kwargs["id"]))


def read_parts(
    model: type[Record], sent: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, UUID], Any]:
    """Return (fields, within, after) of an op from a flat body."""
    names = model.place.within if model.place else ()
    fields = read_fields(model, {k: v for k, v in sent.items() if k in model.plain})
    within = {name: read_uuid(sent[name], f"/{name}") for name in names if name in sent}
    if "after" not in sent:
        return fields, within, END
    after = sent["after"]
    return fields, within, None if after is None else read_uuid(after, "/after")


def flat(refusal: Refused) -> Refused:
    """Return a refusal of ops with pointers into the flat body."""
    refusal.errors = tuple(
        FieldError(one.pointer.removeprefix("/fields").removeprefix("/place"), one.code, one.detail)
        for one in refusal.errors
    )
    return refusal


def read_filter(model: type[Record], lookup: str, value: str, at: str) -> Any:
    """Return a query parameter as the type of the field it is compared with."""
    field: Any = None
    holder: Any = model
    for part in lookup.split("__"):
        field = holder._meta.get_field(part)
        holder = field.related_model
    if isinstance(field, models.ForeignKey | models.UUIDField):
        return read_uuid(value, at)
    if isinstance(field, models.BooleanField):
        if value not in {"true", "false"}:
            raise Invalid.at(at, "type", "Send true or false.")
        return value == "true"
    if "\x00" in value:
        raise Invalid.at(at, "control_character", "Control characters are not allowed.")
    if field.choices and value not in dict(field.choices):
        raise Invalid.at(at, "choice", f"Use one of {', '.join(dict(field.choices))}.")
    return value


def _cursor(page: Page, length: int) -> list[Any]:
    key = page.after or []
    if len(key) != length:
        raise Invalid("This cursor is of another list. Begin without it.", code="invalid-cursor")
    return key


def _id_key(row: Record) -> list[Any]:
    return [str(row.pk)]


def _feed_key(row: Any) -> list[Any]:
    return [row.feed, str(row.pk)]
