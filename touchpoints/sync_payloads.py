"""Strict parsing of touchpoint payloads from other systems."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from changes.ops import read_value
from core.errors import FieldError, InvalidRequest
from core.fields import NOTHING_VISIBLE, check_characters
from core.ids import read_uuid
from core.instants import parse_instant
from core.text import CONTROLS, is_visible, strip_isolates
from touchpoints.models import Touchpoint

# The touchpoint fields that a payload may set: those that ops can set, and source metadata.
VALUE_FIELDS: Mapping[str, "models.Field[Any, Any]"] = {
    name: Touchpoint._meta.get_field(name)  # type: ignore[misc]
    for name in (*Touchpoint.op_fields, "source_scale", "source_value", "actors", "attributes")
}
PARENT_FIELDS = frozenset({"stage", "step", "lane", "department"})
CLOCK_SKEW = timedelta(minutes=5)  # how far a source's clock may be ahead of the server's
MAX_ATTRIBUTES_BYTES = 16 * 1024  # per touchpoint; a page of a list holds 200 touchpoints
MAX_ACTORS, MAX_ACTOR_LENGTH = 100, 200  # as in Mermaid files, which contain them
MAX_KEY_LENGTHS: Mapping[str, int] = {"source": 60, "external_id": 200}
KEY_FIELDS = frozenset(MAX_KEY_LENGTHS)
UNHASHED_FIELDS = KEY_FIELDS | {"source_updated_at"}
KNOWN_FIELDS = frozenset({*VALUE_FIELDS, *PARENT_FIELDS, *UNHASHED_FIELDS})
encode_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


@dataclass(slots=True)
class SyncItem:
    """A payload, and its result once the result is known.

    If parsing fails, `result` is failed. Otherwise TouchpointSync sets `result`, `id` and `version`.
    """

    index: int
    key: tuple[str, str] = ("", "")
    source: str = ""
    external_id: str = ""
    at: datetime | None = None
    hash: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    parents: dict[str, UUID] = field(default_factory=dict)
    errors: list[FieldError] = field(default_factory=list)
    result: str = ""  # created, updated, unchanged, stale or failed
    id: str = ""
    version: int = 0

    @property
    def is_open(self) -> bool:
        return not self.result

    def fail(self, name: str, code: str, detail: str) -> None:
        self.result = "failed"
        pointer = f"/items/{self.index}/{name}".removesuffix("/")
        self.errors.append(FieldError(pointer, code, detail))

    def fail_not_found(self, name: str) -> None:
        self.fail(name, "not_found", f"There is no {name} with this id. Check the id.")

    def as_result(self) -> dict[str, Any]:
        """Return the entry for this item in the response."""
        if self.result == "failed":
            errors = [vars(error) for error in self.errors]
            code = self.errors[0].code
            return {"index": self.index, "result": "failed", "code": code, "errors": errors}
        return {"index": self.index, "result": self.result, "id": self.id, "version": self.version}


class ExistingRow(NamedTuple):
    """The fields of an existing touchpoint that a sync needs. `id` is text, as in the response."""

    id: str
    stream_id: UUID
    step_id: UUID
    lane_id: UUID
    version: int
    source_updated_at: datetime | None
    payload_hash: str


def read_items(raw: Sequence[Any]) -> list[SyncItem]:
    """Parse the payloads, and return an item for each.

    An item is marked as failed if it is invalid, or if its key occurs more than once.
    """
    known_ids: dict[str, UUID] = {}  # most items name one of a few parents
    items = [_read(index, payload, known_ids) for index, payload in enumerate(raw)]
    counted = Counter([item.key for item in items if item.external_id])
    for item in items:
        if counted[item.key] > 1:
            item.fail(
                "external_id",
                "duplicate_in_batch",
                "This external id appears more than once in the batch. Send it once.",
            )
    return items


def _read(index: int, raw: Any, known_ids: dict[str, UUID]) -> SyncItem:
    item = SyncItem(index)
    if not isinstance(raw, dict):
        item.fail("", "type", "Send the item as an object.")
        return item
    for name, value in raw.items():
        try:
            if name in READERS:
                item.values[name] = READERS[name](value)
            elif name in PARENT_FIELDS:
                item.parents[name] = _read_id(name, value, known_ids)
            elif name in KEY_FIELDS:
                setattr(item, name, _read_key(name, value))
            elif name == "source_updated_at":
                item.at = _read_time(value)
            else:
                raise _unknown_field_error(name)
        except InvalidRequest as refusal:
            item.result = "failed"
            item.errors += [error.prefixed(f"/items/{index}") for error in refusal.errors]
    _check_complete(item, raw)
    item.key = (item.source, item.external_id)
    if item.is_open:
        hashed = {name: value for name, value in raw.items() if name not in UNHASHED_FIELDS}
        item.hash = sha256(encode_canonical(hashed).encode()).hexdigest()
    return item


def _check_complete(item: SyncItem, raw: Mapping[str, Any]) -> None:
    for name in KEY_FIELDS - raw.keys():
        item.fail(name, "required", f"Send the {name}.")
    if "stage" in raw and "step" in raw:
        item.fail("stage", "either-or", "Send either a stage or a step, not both.")
    if "lane" in raw and "department" in raw:
        item.fail("lane", "either-or", "Send either a lane or a department, not both.")


def _read_id(name: str, value: Any, known_ids: dict[str, UUID]) -> UUID:
    record_id = known_ids.get(value) if isinstance(value, str) else None
    if record_id is None:
        record_id = known_ids[value] = read_uuid(value, f"/{name}")
    return record_id


def _read_key(name: str, value: Any) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_KEY_LENGTHS[name]:
        raise InvalidRequest.at(
            f"/{name}", "length", f"Send a string of 1 to {MAX_KEY_LENGTHS[name]} characters."
        )
    if _is_plain_text(value):
        return value
    if value != value.strip():
        raise InvalidRequest.at(
            f"/{name}", "control_character", "Remove the spaces before and after the text."
        )
    return _clean_name(value, f"/{name}")


def _read_actors(value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) > MAX_ACTORS:
        raise InvalidRequest.at("/actors", "type", f"Send a list of up to {MAX_ACTORS} names.")
    names = []
    for index, actor in enumerate(value):
        if not isinstance(actor, str) or not 1 <= len(actor) <= MAX_ACTOR_LENGTH:
            raise InvalidRequest.at(
                f"/actors/{index}",
                "length",
                f"Send a string of 1 to {MAX_ACTOR_LENGTH} characters.",
            )
        names.append(_clean_name(actor, f"/actors/{index}"))
    return names


def _clean_name(value: str, at: str) -> str:
    """Return a name as it was sent, but without bidi isolates.

    Raises InvalidRequest if it has no visible character, or contains control characters.
    """
    value = strip_isolates(value)
    try:
        check_characters(value, CONTROLS)
    except ValidationError as error:
        raise InvalidRequest.at(at, error.code or "invalid", " ".join(error.messages)) from None
    if not is_visible(value):
        raise InvalidRequest.at(at, "invisible", str(NOTHING_VISIBLE))
    return value


def _read_time(value: Any) -> datetime:
    at = parse_instant(value)
    if at is None:
        raise InvalidRequest.at(
            "/source_updated_at",
            "type",
            "Send a time with a UTC offset, for example 2026-11-24T09:00:00Z.",
        )
    if at > timezone.now() + CLOCK_SKEW:
        raise InvalidRequest.at(
            "/source_updated_at",
            "future",
            "This time is more than 5 minutes in the future. Check the clock of the system that"
            " sends it.",
        )
    return at


def _unknown_field_error(name: str) -> InvalidRequest:
    return InvalidRequest.at(
        f"/{name[:60]}",
        "unknown-field",
        f"This field is unknown. Use one of {', '.join(sorted(KNOWN_FIELDS))}.",
    )


# -- One reader per field. A fast path accepts nearly all values, but only those that the slow
# -- path would return unchanged.


def _reader_for(target: "models.Field[Any, Any]") -> Callable[[Any], Any]:
    slow = partial(_clean, target)
    if isinstance(target, models.CharField | models.TextField) and not target.choices:
        return partial(_read_text, slow, target.max_length or 0)
    if isinstance(target, models.IntegerField):
        least, most = (
            next(
                validator.limit_value for validator in target.validators if type(validator) is kind
            )
            for kind in (MinValueValidator, MaxValueValidator)
        )
        return partial(_read_whole, slow, least, most)
    return slow


def _read_text(slow: Callable[[Any], Any], longest: int, value: Any) -> Any:
    if type(value) is str and 0 < len(value) <= longest and _is_plain_text(value):
        return value
    return slow(value)


def _is_plain_text(value: str) -> bool:
    """Return whether a non-empty text is so simple that it needs no further checks."""
    return value.isascii() and value.isprintable() and value[0] != " " and value[-1] != " "


def _read_whole(slow: Callable[[Any], Any], least: int, most: int, value: Any) -> Any:
    return value if type(value) is int and least <= value <= most else slow(value)


def _clean(target: "models.Field[Any, Any]", value: Any) -> Any:
    """Return a value in the form in which the recorder would store it.

    Raises InvalidRequest if the value isn't valid for the field.
    """
    at = f"/{target.name}"
    if isinstance(target, models.JSONField):
        if not isinstance(value, dict):
            raise InvalidRequest.at(at, "type", "Send an object.")
        if len(encode_canonical(value)) > MAX_ATTRIBUTES_BYTES:
            detail = f"Send attributes of at most {MAX_ATTRIBUTES_BYTES:,} bytes as JSON."
            raise InvalidRequest.at(at, "too_large", detail)
        return value
    value = read_value(target, value, at)
    if value is None or (target.blank and value in target.empty_values):
        return value
    if isinstance(target, models.ForeignKey):
        return value
    try:
        value = target.clean(strip_isolates(value) if isinstance(value, str) else value, None)
        if isinstance(value, str):
            check_characters(value)
        return value
    except ValidationError as error:
        code = error.error_list[0].code or "invalid"
        raise InvalidRequest.at(at, code, " ".join(error.messages)) from None


READERS: Mapping[str, Callable[[Any], Any]] = {
    name: _reader_for(target) for name, target in VALUE_FIELDS.items()
} | {"actors": _read_actors}
