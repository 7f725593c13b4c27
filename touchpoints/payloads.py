"""What other systems send about touchpoints, read strictly, item by item."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dateparse import parse_datetime

from changes.fields import CONTROLS
from changes.ops import is_time, read_uuid, read_value
from touchpoints.models import Touchpoint
from workspaces.errors import FieldError, Invalid

# What a payload may say of the touchpoint itself: what ops may, and what only sources know.
FIELDS: Mapping[str, "models.Field[Any, Any]"] = {
    name: Touchpoint._meta.get_field(name)  # type: ignore[misc]
    for name in (*Touchpoint.plain, "source_scale", "source_value", "actors", "attributes")
}
PLACES = ("stage", "step", "lane", "department")
KEY = ("source", "external_id")
KNOWN = frozenset({*FIELDS, *PLACES, *KEY, "source_updated_at"})


@dataclass
class Item:
    """One payload; `result` and the rest are filled in as it is decided on."""

    index: int
    source: str = ""
    external_id: str = ""
    at: datetime | None = None
    hash: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    places: dict[str, UUID] = field(default_factory=dict)
    errors: list[FieldError] = field(default_factory=list)
    result: str = ""  # created, updated, unchanged, stale or failed
    id: UUID | None = None
    version: int | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.source, self.external_id

    @property
    def is_open(self) -> bool:
        return not self.result

    def fail(self, name: str, code: str, detail: str) -> None:
        self.result = "failed"
        self.errors.append(FieldError(f"/items/{self.index}/{name}", code, detail))

    def answer(self) -> dict[str, Any]:
        """Return the item's line in the answer."""
        line: dict[str, Any] = {"index": self.index, "result": self.result}
        if self.result == "failed":
            errors = [vars(error) for error in self.errors]
            return {**line, "code": self.errors[0].code, "errors": errors}
        return {**line, "id": str(self.id), "version": self.version}


def read_items(raw: Sequence[Any]) -> list[Item]:
    """Return every item, those that cannot be read as failed; a key sent twice fails each time."""
    items = [_read(index, one) for index, one in enumerate(raw)]
    counted = Counter(item.key for item in items if item.external_id)
    for item in items:
        if counted[item.key] > 1:
            item.fail("external_id", "duplicate_in_batch", "This stands in the batch twice.")
    return items


def _read(index: int, raw: Any) -> Item:
    item = Item(index)
    if not isinstance(raw, dict):
        item.fail("", "type", "An item is an object.")
        return item
    for name, value in raw.items():
        try:
            _read_part(item, name, value)
        except Invalid as refusal:
            item.result = "failed"
            item.errors += [error.under(f"/items/{index}") for error in refusal.errors]
    for name in KEY:
        if name not in raw:
            item.fail(name, "required", f"Say the {name}.")
    if "stage" in raw and "step" in raw:
        item.fail("stage", "either-or", "Say the stage or the step.")
    if "lane" in raw and "department" in raw:
        item.fail("lane", "either-or", "Say the lane or the department.")
    if item.is_open:
        item.hash = _hash(raw)
    return item


def _read_part(item: Item, name: str, value: Any) -> None:
    at = f"/{name}"
    if name in FIELDS:
        item.values[name] = _clean(FIELDS[name], value, at)
    elif name in PLACES:
        item.places[name] = read_uuid(value, at)
    elif name in KEY:
        setattr(item, name, _read_key(name, value))
    elif name == "source_updated_at":
        if not is_time(value):
            raise Invalid.at(at, "type", "Send a time with offset, e.g. 2026-11-24T09:00:00Z.")
        item.at = parse_datetime(value).astimezone(UTC)  # type: ignore[union-attr]
    else:
        raise Invalid.at(at[:60], "unknown-field", f"Known here: {', '.join(sorted(KNOWN))}.")


def _read_key(name: str, value: Any) -> str:
    longest = 60 if name == "source" else 200
    if not isinstance(value, str) or not 1 <= len(value) <= longest:
        raise Invalid.at(f"/{name}", "length", f"Send a text of 1 to {longest} characters.")
    if CONTROLS.search(value) or value != value.strip():
        raise Invalid.at(f"/{name}", "control_character", "Send it without space or controls.")
    return value


def _clean(target: "models.Field[Any, Any]", value: Any, at: str) -> Any:
    """Return a value in its stored form. Plain text, which is nearly all, takes the short way."""
    if (
        isinstance(value, str)
        and isinstance(target, models.CharField | models.TextField)
        and not target.choices
        and 0 < len(value) <= (target.max_length or 0)
        and value.isascii()
        and value.isprintable()
        and not (value[0] == " " or value[-1] == " ")
    ):
        return value
    value = read_value(target, value, at)
    if value is None or (target.blank and value in target.empty_values):
        return value
    if isinstance(target, models.ForeignKey):
        return value
    try:
        return target.clean(value, None)
    except ValidationError as error:
        raise Invalid.at(
            at, error.error_list[0].code or "invalid", " ".join(error.messages)
        ) from None


def _hash(raw: Mapping[str, Any]) -> str:
    """Return the hash of what was sent, without the key and the time."""
    said = {k: v for k, v in raw.items() if k not in {*KEY, "source_updated_at"}}
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
