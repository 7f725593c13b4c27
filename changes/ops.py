"""Ops: generic edits, strictly parsed and applied through the recorder. A gesture is a list of ops."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import models, transaction

from changes.edit_locks import EditLockGuard
from changes.integrity_errors import removed_conflict
from changes.models import CellPosition, Record, field_of, from_log, record_types
from changes.recorder import Recorder
from core import fractional_index
from core.days import parse_day
from core.errors import AppError, FieldError, InvalidRequest
from core.fields import is_number
from core.icons import icon_names
from core.ids import read_new_id, read_uuid, uuid7
from core.instants import parse_instant

MAX_OPS = 500
VERBS: Mapping[str, frozenset[str]] = {  # verb -> allowed keys in addition to op, type and id
    "add": frozenset({"fields", "place"}),
    "set": frozenset({"fields"}),
    "move": frozenset({"place"}),
    "remove": frozenset(),
}
AT_END = object()  # used if a place has no `after`: the end of the cell


@dataclass(frozen=True)
class Op:
    """An op with parsed values. `after` is a sibling's id, None (be first) or AT_END."""

    verb: str
    model: type[Record]
    id: UUID
    pointer: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    parent_ids: Mapping[str, UUID] = field(default_factory=dict)
    after: Any = AT_END


def parse_ops(raw: Any) -> list[Op]:
    """Parse the ops of a gesture.

    Raise InvalidRequest with a pointer to each invalid part, such as `/ops/0/fields/title`.
    """
    if not isinstance(raw, list) or not raw:
        raise InvalidRequest.at("/ops", "required", "Send a list of one or more ops.")
    if len(raw) > MAX_OPS:
        raise InvalidRequest.at(
            "/ops", "too_many", f"Send at most {MAX_OPS} ops in one gesture (got {len(raw)})."
        )
    ops: list[Op] = []
    errors: list[FieldError] = []
    for index, raw_op in enumerate(raw):
        try:
            ops.append(_parse_op(raw_op, f"/ops/{index}"))
        except InvalidRequest as error:
            errors += error.errors
    if errors:
        raise InvalidRequest(errors[0].detail, errors=errors)
    return ops


def _parse_op(raw: Any, at: str) -> Op:
    if not isinstance(raw, dict):
        raise InvalidRequest.at(at, "type", "Each op must be an object.")
    verb, slug = raw.get("op"), raw.get("type")
    if not isinstance(verb, str) or verb not in VERBS:
        raise InvalidRequest.at(f"{at}/op", "unknown-op", f"Use one of {', '.join(VERBS)}.")
    model = record_types().get(slug) if isinstance(slug, str) else None
    if model is None or not (model.op_fields or model.place):
        raise InvalidRequest.at(
            f"{at}/type", "unknown-type", "Send the name of a type that ops can write."
        )
    for key in raw.keys() - VERBS[verb] - {"op", "type", "id"}:
        raise unknown_field_error(f"{at}/{key}", VERBS[verb] | {"id"})
    if verb == "move" and model.place is None:
        raise InvalidRequest.at(f"{at}/op", "no-place", f"A {slug} can't be moved.")
    record_id = _read_id(raw, verb, f"{at}/id")
    fields = read_fields(model, raw.get("fields", {}), f"{at}/fields")
    within, after = _read_place(model, raw.get("place", {}), f"{at}/place")
    return Op(verb, model, record_id, at, fields, within, after)


def _read_id(raw: dict[str, Any], verb: str, at: str) -> UUID:
    if verb != "add":
        return read_uuid(raw.get("id"), at)
    return read_new_id(raw["id"], at) if "id" in raw else uuid7()


def read_fields(model: type[Record], raw: Any, at: str = "") -> dict[str, Any]:
    """Parse the plain fields of a type in a JSON object.

    Raise InvalidRequest with a pointer to each field that is unknown or has a value of the wrong
    type.
    """
    if not isinstance(raw, dict):
        raise InvalidRequest.at(at, "type", "Send an object of fields.")
    values: dict[str, Any] = {}
    errors: list[FieldError] = []
    for name, value in raw.items():
        if name not in model.op_fields:
            errors += unknown_field_error(f"{at}/{name}", model.op_fields).errors
            continue
        try:
            values[name] = read_value(field_of(model, name), value, f"{at}/{name}")
        except InvalidRequest as error:
            errors += error.errors
    if errors:
        raise InvalidRequest(errors[0].detail, errors=errors)
    return values


def is_required_field(field: "models.Field[Any, Any]") -> bool:
    """Return whether a new record must have a value for the field."""
    return not (field.null or field.blank or field.has_default())


def require_complete(model: type[Record], fields: Mapping[str, Any]) -> None:
    """Raise InvalidRequest if required plain fields of a new record are missing."""
    missing = [
        n for n in model.op_fields if n not in fields and is_required_field(field_of(model, n))
    ]
    if missing:
        message = "This field is required."
        raise InvalidRequest(
            message, errors=[FieldError(f"/{name}", "required", message) for name in missing]
        )


def read_value(field: "models.Field[Any, Any]", value: Any, at: str) -> Any:
    """Parse a field's JSON value. Raise InvalidRequest if it has the wrong type.

    Text isn't converted to numbers, or numbers to text. An id isn't looked up.
    """
    if value is None:
        if field.null:
            return None
        raise InvalidRequest.at(at, "null", "Send a value. This field can't be null.")
    match field:
        case models.ForeignKey() | models.UUIDField():
            return read_uuid(value, at)
        case models.BooleanField():
            is_valid, expected = isinstance(value, bool), "true or false"
        case models.IntegerField():
            # JSON doesn't distinguish 5.0 from 5, and some clients send the former.
            is_valid, expected = is_number(value) and value == int(value), "a whole number"
        case models.FloatField():
            is_valid, expected = is_number(value), "a number, up to 1e15"
        case models.DateTimeField():
            is_valid = parse_instant(value) is not None
            expected = "a time with offset, e.g. 2026-11-24T09:00:00Z"
        case models.DateField():
            is_valid, expected = is_date(value), "a date, e.g. 2026-11-24"
        case models.JSONField():
            return value
        case _:
            is_valid, expected = isinstance(value, str), "text"
    if not is_valid:
        raise InvalidRequest.at(at, "type", f"Send {expected}.")
    if field.name == "glyph" and value not in icon_names():
        raise InvalidRequest.at(at, "choice", "Send the name of an icon, e.g. store or users.")
    return from_log(field, value) if not isinstance(field, models.CharField) else value


def is_date(value: Any) -> bool:
    return parse_day(value) is not None


def _read_place(model: type[Record], raw: Any, at: str) -> tuple[dict[str, UUID], Any]:
    if not isinstance(raw, dict):
        raise InvalidRequest.at(at, "type", "Send an object.")
    place = model.place
    names = (*place.parent_fields, "after") if place else ()
    for key in raw.keys() - set(names):
        raise unknown_field_error(f"{at}/{key}", names)
    within = {
        name: read_uuid(raw[name], f"{at}/{name}")
        for name in names
        if name in raw and name != "after"
    }
    if "after" not in raw:
        return within, AT_END
    return within, None if raw["after"] is None else read_uuid(raw["after"], f"{at}/after")


def unknown_field_error(pointer: str, known: Any) -> InvalidRequest:
    choices = ", ".join(sorted(known)) or "none"
    return InvalidRequest.at(pointer, "unknown-field", f"Unknown field. Allowed here: {choices}.")


def action_name(ops: list[Op]) -> str:
    """Return a gesture's action name, such as `stage.move`, or `edit` if it has different kinds of ops."""
    kinds = {(op.model.slug, op.verb) for op in ops}
    return ".".join(kinds.pop()) if len(kinds) == 1 else "edit"


class OpApplier:
    """Applies ops in order to one stream, through a recorder that has locked the stream."""

    def __init__(self, recorder: Recorder, stream_id: UUID) -> None:
        self.recorder = recorder
        self.stream_id = stream_id
        self._locks = EditLockGuard(recorder)
        self._cells: dict[tuple[Any, ...], list[tuple[str, UUID]]] = {}
        self._uninserted: list[tuple[Op, Record]] = []

    def apply(self, ops: list[Op]) -> None:
        """Apply all ops. Consecutive additions of one type are inserted together.

        If an op fails, the error points at that op, and the transaction is rolled back.
        """
        self._prefetch(ops)
        for _, run in groupby(ops, key=lambda op: (op.verb, op.model)):
            for op in run:
                with self._pointing_at(op):
                    self._apply(op)
                    self._locks.check(moved=op.id)
            self._insert_added()

    @contextmanager
    def _pointing_at(self, op: Op) -> Iterator[None]:
        self.recorder.point_error = partial(_locate, op)
        try:
            yield
        except AppError as app_error:
            app_error.errors = tuple(_locate(op, error) for error in app_error.errors) or (
                FieldError(op.pointer, app_error.code, app_error.detail),
            )
            raise

    def _prefetch(self, ops: list[Op]) -> None:
        by_model: dict[type[Record], list[UUID]] = {}
        for op in ops:
            if op.verb != "add":
                by_model.setdefault(op.model, []).append(op.id)
        for model, ids in by_model.items():
            self.recorder.fetch(model, ids)

    def _apply(self, op: Op) -> None:
        match op.verb:
            case "add":
                self._add(op)
            case "set":
                self._set(op)
            case "move":
                self._move(op)
            case "remove":
                self._remove(op)

    def _add(self, op: Op) -> None:
        require_complete(op.model, op.fields)
        record = op.model(id=op.id, stream_id=self.stream_id)
        for name, value in op.fields.items():
            setattr(record, _attname(record, name), value)
        if op.model.root_field:
            setattr(record, _attname(record, op.model.root_field), self.stream_id)
        if op.model.place:
            for name in op.model.place.parent_fields:
                self._set_parent(record, name, op)
            if op.model.place.order_field:
                setattr(record, op.model.place.order_field, self._order_key(record, op.after))
        self.recorder.log_added(record)
        self._uninserted.append((op, record))

    def _insert_added(self) -> None:
        """Insert the collected new records in one statement.

        If it fails, insert them one by one to find the op at fault.
        """
        added, self._uninserted = self._uninserted, []
        if len(added) > 1:
            with suppress(AppError), transaction.atomic():
                self.recorder.insert([record for _, record in added])
                return
        for op, record in added:
            with self._pointing_at(op):
                self.recorder.insert([record])

    def _set_parent(self, record: Record, name: str, op: Op) -> None:
        if name in op.parent_ids:
            setattr(record, _attname(record, name), op.parent_ids[name])
        elif record.serializable_value(name) is None:
            raise InvalidRequest.at(f"/{name}", "required", f"Send the id of its {name}.")

    def _set(self, op: Op) -> None:
        record = self._existing(op)
        self.recorder.set(record, **{_attname(record, n): v for n, v in op.fields.items()})

    def _move(self, op: Op) -> None:
        record = self._existing(op)
        order_field = place_of(record).order_field
        moved = record.copy()
        changes: dict[str, Any] = {_attname(record, n): pk for n, pk in op.parent_ids.items()}
        for attname, parent_id in changes.items():
            setattr(moved, attname, parent_id)
        if order_field:
            self._leave_cell(record)
            changes[order_field] = self._order_key(moved, op.after)
        self.recorder.set(record, **changes)

    def _remove(self, op: Op) -> None:
        self.recorder.remove(self._existing(op))
        self._cells.clear()

    def _existing(self, op: Op) -> Record:
        record = self.recorder.fetch(op.model, [op.id]).get(op.id)
        if record is None or record.stream_id != self.stream_id:
            raise removed_conflict(op.model(id=op.id))
        return record

    # -- order keys

    def _cell(self, record: Record) -> list[tuple[str, UUID]]:
        place = place_of(record)
        within = {name: record.serializable_value(name) for name in place.parent_fields}
        key = (type(record), *within.values())
        if key not in self._cells:
            siblings = type(record)._base_manager.filter(stream_id=self.stream_id, **within)
            self._cells[key] = list(
                siblings.order_by(place.order_field, "pk").values_list(place.order_field, "pk")
            )
        return self._cells[key]

    def _leave_cell(self, record: Record) -> None:
        cell = self._cell(record)
        cell[:] = [entry for entry in cell if entry[1] != record.pk]

    def _order_key(self, record: Record, after: Any) -> str:
        """Return a new order key for a record in its cell.

        `after` is the sibling to follow, or None to be first. If the cell has no such sibling, the
        record becomes the last.
        """
        cell = self._cell(record)
        index = 0 if after is None else len(cell)
        if after is not AT_END:
            index = next((i for i, (_, pk) in enumerate(cell, 1) if pk == after), index)
        if index < len(cell) and index and cell[index - 1][0] == cell[index][0]:
            self._rekey(record, cell)  # two siblings share a key, so nothing fits in between
        key = fractional_index.key_between(
            cell[index - 1][0] if index else None, cell[index][0] if index < len(cell) else None
        )
        cell.insert(index, (key, record.pk))
        if len(key) > fractional_index.MAX_KEY_LENGTH:
            self._rekey(record, cell)
        return cell[index][0]

    def _rekey(self, record: Record, cell: list[tuple[str, UUID]]) -> None:
        """Give all records of a cell new, shorter order keys, in the same change set."""
        keys = fractional_index.keys_between(len(cell))
        rows = self.recorder.fetch(type(record), [sibling for _, sibling in cell])
        for index, (_, sibling) in enumerate(cell):
            if sibling != record.pk:
                self.recorder.set(rows[sibling], **{place_of(record).order_field: keys[index]})
            cell[index] = (keys[index], sibling)


def place_of(record: Record) -> CellPosition:
    """Return the position fields of a record's type, which must have some (parse_ops() has checked this)."""
    if record.place is None:
        raise TypeError(f"{record.slug} has no place")
    return record.place


def _attname(record: Record, name: str) -> str:
    return field_of(type(record), name).attname


def _locate(op: Op, error: FieldError) -> FieldError:
    """Return the error with a pointer to the field in the op, which is in either `place` or `fields`."""
    name = error.pointer.strip("/")
    part = "place" if op.model.place and name in op.model.place.parent_fields else "fields"
    return error.prefixed(
        f"{op.pointer}/{part}" if name in op.model.op_fields or part == "place" else op.pointer
    )
