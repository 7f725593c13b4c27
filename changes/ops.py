"""Generic edits: a gesture as a list of ops, read strictly and applied through the recorder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from django.db import models

from changes import fractional_index
from changes.edit_locks import EditLockGuard
from changes.integrity_errors import removed_conflict
from changes.models import CellPosition, Record, field_of, from_log, record_types
from changes.recorder import Recorder
from core.days import parse_day
from core.errors import AppError, FieldError, InvalidRequest
from core.fields import is_number
from core.icons import icon_names
from core.ids import is_uuid7, parse_uuid, uuid7
from core.instants import parse_instant

MAX_OPS = 500
VERBS: Mapping[str, frozenset[str]] = {  # verb -> the keys an op of it may have beside op, type, id
    "add": frozenset({"fields", "place"}),
    "set": frozenset({"fields"}),
    "move": frozenset({"place"}),
    "remove": frozenset(),
}
AT_END = object()  # a place that names no neighbour: the end of the cell


@dataclass(frozen=True)
class Op:
    """One op with its values in Python types; `after` is a sibling's id, None (first) or END."""

    verb: str
    model: type[Record]
    id: UUID
    pointer: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    parent_ids: Mapping[str, UUID] = field(default_factory=dict)
    after: Any = AT_END


def parse_ops(raw: Any) -> list[Op]:
    """Return the ops of a gesture; Invalid points at every bad part (`/ops/0/fields/title`)."""
    if not isinstance(raw, list) or not raw:
        raise InvalidRequest.at("/ops", "required", "Send a list of one or more ops.")
    if len(raw) > MAX_OPS:
        raise InvalidRequest.at(
            "/ops", "too_many", f"Send at most {MAX_OPS} ops in one gesture (got {len(raw)})."
        )
    ops: list[Op] = []
    errors: list[FieldError] = []
    for index, one in enumerate(raw):
        try:
            ops.append(_parse_op(one, f"/ops/{index}"))
        except InvalidRequest as refusal:
            errors += refusal.errors
    if errors:
        raise InvalidRequest(errors[0].detail, errors=errors)
    return ops


def _parse_op(raw: Any, at: str) -> Op:
    if not isinstance(raw, dict):
        raise InvalidRequest.at(at, "type", "An op is an object.")
    verb, slug = raw.get("op"), raw.get("type")
    if not isinstance(verb, str) or verb not in VERBS:
        raise InvalidRequest.at(f"{at}/op", "unknown-op", f"Use one of {', '.join(VERBS)}.")
    model = record_types().get(slug) if isinstance(slug, str) else None
    if model is None or not (model.op_fields or model.place):
        raise InvalidRequest.at(
            f"{at}/type", "unknown-type", "There is no such type that ops can write."
        )
    for key in raw.keys() - VERBS[verb] - {"op", "type", "id"}:
        raise unknown_field_error(f"{at}/{key}", VERBS[verb] | {"id"})
    if verb == "move" and model.place is None:
        raise InvalidRequest.at(f"{at}/op", "no-place", f"A {slug} has no place to move to.")
    record_id = _read_id(raw, verb, f"{at}/id")
    fields = read_fields(model, raw.get("fields", {}), f"{at}/fields")
    within, after = _read_place(model, raw.get("place", {}), f"{at}/place")
    return Op(verb, model, record_id, at, fields, within, after)


def _read_id(raw: dict[str, Any], verb: str, at: str) -> UUID:
    if verb != "add":
        return read_uuid(raw.get("id"), at)
    return read_new_id(raw["id"], at) if "id" in raw else uuid7()


def read_fields(model: type[Record], raw: Any, at: str = "") -> dict[str, Any]:
    """Return a type's plain fields from JSON values of exactly the right types."""
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
        except InvalidRequest as refusal:
            errors += refusal.errors
    if errors:
        raise InvalidRequest(errors[0].detail, errors=errors)
    return values


def is_required_field(field: "models.Field[Any, Any]") -> bool:
    """Say whether a new record must be given a value for a field."""
    return not (field.null or field.blank or field.has_default())


def require_complete(model: type[Record], fields: Mapping[str, Any]) -> None:
    """Raise Invalid for plain fields that a new record of a type needs and was not given."""
    missing = [
        n for n in model.op_fields if n not in fields and is_required_field(field_of(model, n))
    ]
    if missing:
        said = "This field is required."
        raise InvalidRequest(
            said, errors=[FieldError(f"/{name}", "required", said) for name in missing]
        )


def read_value(target: "models.Field[Any, Any]", value: Any, at: str) -> Any:
    """Return one JSON value as a field's type: no text for numbers, no numbers for text."""
    if value is None:
        if target.null:
            return None
        raise InvalidRequest.at(at, "null", "This may not be null.")
    match target:
        case models.ForeignKey() | models.UUIDField():
            return read_uuid(value, at)
        case models.BooleanField():
            good, wanted = isinstance(value, bool), "true or false"
        case models.IntegerField():
            good, wanted = isinstance(value, int) and not isinstance(value, bool), "a whole number"
        case models.FloatField():
            good, wanted = is_number(value), "a number, up to 1e15"
        case models.DateTimeField():
            good = parse_instant(value) is not None
            wanted = "a time with offset, e.g. 2026-11-24T09:00:00Z"
        case models.DateField():
            good, wanted = is_date(value), "a date, e.g. 2026-11-24"
        case models.JSONField():
            return value
        case _:
            good, wanted = isinstance(value, str), "text"
    if not good:
        raise InvalidRequest.at(at, "type", f"Send {wanted}.")
    if target.name == "glyph" and value not in icon_names():
        raise InvalidRequest.at(
            at, "choice", "Send the name of one of the icons, e.g. store or users."
        )
    return from_log(target, value) if not isinstance(target, models.CharField) else value


def read_uuid(value: Any, at: str) -> UUID:
    try:
        return parse_uuid(value)
    except ValueError:
        raise InvalidRequest.at(at, "uuid", "Send an id (a UUID).") from None


def read_new_id(value: Any, at: str) -> UUID:
    """Return the id that a client proposes for a new record; Invalid unless it is a UUIDv7."""
    record_id = read_uuid(value, at)
    if not is_uuid7(record_id):
        raise InvalidRequest.at(
            at, "uuid7", "Send a UUID of version 7, or no id: one is made then."
        )
    return record_id


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
    listed = ", ".join(sorted(known)) or "nothing"
    return InvalidRequest.at(
        pointer, "unknown-field", f"There is no such field here; known: {listed}."
    )


def action_name(ops: list[Op]) -> str:
    """Return the log's name for a gesture: `stage.move`, or `edit` when it is of several kinds."""
    kinds = {(op.model.slug, op.verb) for op in ops}
    return ".".join(kinds.pop()) if len(kinds) == 1 else "edit"


class OpApplier:
    """Applies ops, in order, to one stream through a recorder that holds it."""

    def __init__(self, recorder: Recorder, stream_id: UUID) -> None:
        self.recorder = recorder
        self.stream_id = stream_id
        self._locks = EditLockGuard(recorder)
        self._cells: dict[tuple[Any, ...], list[tuple[str, UUID]]] = {}

    def apply(self, ops: list[Op]) -> None:
        """Apply all ops; a refusal names the op it concerns, and nothing of the gesture stays."""
        self._prefetch(ops)
        for op in ops:
            self.recorder.point_error = partial(_locate, op)
            try:
                getattr(self, f"_{op.verb}")(op)
                self._locks.check(moved=op.id)
            except AppError as refusal:
                refusal.errors = tuple(_locate(op, error) for error in refusal.errors) or (
                    FieldError(op.pointer, refusal.code, refusal.detail),
                )
                raise

    def _prefetch(self, ops: list[Op]) -> None:
        by_model: dict[type[Record], list[UUID]] = {}
        for op in ops:
            if op.verb != "add":
                by_model.setdefault(op.model, []).append(op.id)
        for model, ids in by_model.items():
            self.recorder.fetch(model, ids)

    def _add(self, op: Op) -> None:
        require_complete(op.model, op.fields)
        record = op.model(id=op.id, stream_id=self.stream_id)
        for name, value in op.fields.items():
            setattr(record, _attname(record, name), value)
        if op.model.root_field:
            setattr(record, f"{op.model.root_field}_id", self.stream_id)
        if op.model.place:
            for name in op.model.place.parent_fields:
                self._set_parent(record, name, op)
            if op.model.place.order_field:
                setattr(record, op.model.place.order_field, self._order_key(record, op.after))
        self.recorder.add(record)

    def _set_parent(self, record: Record, name: str, op: Op) -> None:
        if name in op.parent_ids:
            setattr(record, f"{name}_id", op.parent_ids[name])
        elif getattr(record, f"{name}_id") is None:
            raise InvalidRequest.at(f"/{name}", "required", f"Say in which {name} it stands.")

    def _set(self, op: Op) -> None:
        record = self._existing(op)
        self.recorder.set(record, **{_attname(record, n): v for n, v in op.fields.items()})

    def _move(self, op: Op) -> None:
        record = self._existing(op)
        order_field = place_of(record).order_field
        moved = record.copy()
        for name, target in op.parent_ids.items():
            setattr(moved, f"{name}_id", target)
        changes: dict[str, Any] = {f"{name}_id": target for name, target in op.parent_ids.items()}
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
        within = {f"{name}_id": getattr(record, f"{name}_id") for name in place.parent_fields}
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
        """Return the key that puts a record after its sibling; an unknown sibling means the end."""
        cell = self._cell(record)
        ids = [sibling for _, sibling in cell]
        at = 0 if after is None else ids.index(after) + 1 if after in ids else len(ids)
        if at < len(cell) and at and cell[at - 1][0] == cell[at][0]:
            self._rekey(record, cell)  # two siblings share a key: nothing fits between them
        key = fractional_index.key_between(
            cell[at - 1][0] if at else None, cell[at][0] if at < len(cell) else None
        )
        cell.insert(at, (key, record.pk))
        if len(key) > fractional_index.MAX_KEY_LENGTH:
            self._rekey(record, cell)
        return cell[at][0]

    def _rekey(self, record: Record, cell: list[tuple[str, UUID]]) -> None:
        """Give a whole cell short keys again, in the same change set."""
        keys = fractional_index.keys_between(len(cell))
        rows = self.recorder.fetch(type(record), [sibling for _, sibling in cell])
        for index, (_, sibling) in enumerate(cell):
            if sibling != record.pk:
                self.recorder.set(rows[sibling], **{place_of(record).order_field: keys[index]})
            cell[index] = (keys[index], sibling)


def place_of(record: Record) -> CellPosition:
    """Return the place of a type that has one; parse_ops() let no other through."""
    if record.place is None:
        raise TypeError(f"a {record.slug} has no place")
    return record.place


def _attname(record: Record, name: str) -> str:
    return field_of(type(record), name).attname


def _locate(op: Op, error: FieldError) -> FieldError:
    """Point at the field where the op sent it: in `place` or in `fields`."""
    name = error.pointer.strip("/")
    part = "place" if op.model.place and name in op.model.place.parent_fields else "fields"
    return error.prefixed(
        f"{op.pointer}/{part}" if name in op.model.op_fields or part == "place" else op.pointer
    )
