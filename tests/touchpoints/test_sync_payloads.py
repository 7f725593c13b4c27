"""Parsing of the payloads that other systems send: what is read, and which field is rejected."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.ids import uuid7
from touchpoints.sync_payloads import MAX_ATTRIBUTES_BYTES, SyncItem, read_items

KEY = {"source": "crm", "external_id": "7"}
STAGE, STEP, LANE = (str(uuid7()) for _ in range(3))


def read_one(**fields: Any) -> SyncItem:
    (item,) = read_items([KEY | fields])
    return item


def test_an_item_is_read_with_its_key_parents_values_and_time() -> None:
    item = read_one(stage=STAGE, title="Calls", emotion=-2, source_updated_at="2026-03-01T10:00Z")
    assert item.is_open
    assert item.key == ("crm", "7")
    assert {name: str(value) for name, value in item.parents.items()} == {"stage": STAGE}
    assert item.values == {"title": "Calls", "emotion": -2}
    assert item.at == datetime(2026, 3, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"source": ""}, "source", "length"),
        ({"source": 7}, "source", "length"),
        ({"external_id": "x" * 201}, "external_id", "length"),
        ({"external_id": " 7"}, "external_id", "control_character"),
        ({"external_id": "\u200b"}, "external_id", "invisible"),
        ({"stage": STAGE, "step": STEP}, "stage", "either-or"),
        ({"lane": LANE, "department": LANE}, "lane", "either-or"),
        ({"actors": "Ann"}, "actors", "type"),
        ({"actors": ["Ann", ""]}, "actors/1", "length"),
        ({"attributes": []}, "attributes", "type"),
        ({"attributes": {"a": "x" * MAX_ATTRIBUTES_BYTES}}, "attributes", "too_large"),
        ({"source_updated_at": "2026-03-01T10:00"}, "source_updated_at", "type"),
        ({"colour": "red"}, "colour", "unknown-field"),
    ],
)
def test_a_wrong_field_fails_its_item(fields: dict[str, Any], pointer: str, code: str) -> None:
    item = read_one(**fields)
    assert (item.result, item.hash) == ("failed", "")
    assert [(error.pointer, error.code) for error in item.errors] == [(f"/items/0/{pointer}", code)]


@pytest.mark.parametrize("missing", KEY)
def test_the_key_is_required(missing: str) -> None:
    (item,) = read_items([{name: value for name, value in KEY.items() if name != missing}])
    assert [(error.pointer, error.code) for error in item.errors] == [
        (f"/items/0/{missing}", "required")
    ]


def test_an_item_that_is_not_an_object_fails_as_a_whole() -> None:
    (item,) = read_items(["crm"])
    assert [(error.pointer, error.code) for error in item.errors] == [("/items/0", "type")]


def test_every_item_of_a_repeated_key_fails() -> None:
    items = read_items([KEY, KEY | {"external_id": "8"}, KEY])
    assert [item.result for item in items] == ["failed", "", "failed"]
    assert items[2].errors[0].code == "duplicate_in_batch"


def test_a_time_may_be_ahead_of_the_clock_by_five_minutes() -> None:
    ahead = [timezone.now() + timedelta(minutes=minutes) for minutes in (4, 6)]
    assert [read_one(source_updated_at=at.isoformat()).result for at in ahead] == ["", "failed"]


def test_the_hash_depends_on_the_content_but_not_on_order_key_or_time() -> None:
    first = read_one(title="Calls", emotion=1)
    same = [
        read_one(emotion=1, title="Calls"),
        read_one(title="Calls", emotion=1, external_id="8"),
        read_one(title="Calls", emotion=1, source_updated_at="2026-03-01T10:00Z"),
    ]
    assert {item.hash for item in same} == {first.hash}
    assert read_one(title="Calls", emotion=2).hash != first.hash
