"""Example values for the OpenAPI schema. Tests send these requests and compare the responses."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

WORKSPACE = "019ab1c2-0000-7000-8000-000000000001"
JOURNEY = "019ab1c2-d3e4-7f50-8a6b-000000000001"
STAGE = "019ab1c2-d3e4-7f50-8a6b-000000000011"
STEP = "019ab1c2-d3e4-7f50-8a6b-000000000021"
LANE = "019ab1c2-d3e4-7f50-8a6b-000000000031"
TOUCHPOINT = "019ab1c2-d3e4-7f50-8a6b-000000000041"
GESTURE = "019ab1c2-d3e4-7f50-8a6b-000000000051"
CHANGE_SET = "019ab1c2-d3e4-7f50-8a6b-000000000052"
PERSON = "019ab1c2-d3e4-7f50-8a6b-0000000000a1"
MEMBER = "019ab1c2-d3e4-7f50-8a6b-0000000000b1"
THREAD = "019ab1c2-d3e4-7f50-8a6b-0000000000c1"
DEPARTMENT = "019ab1c2-d3e4-7f50-8a6b-0000000000d1"
PLACEMENT = "019ab1c2-d3e4-7f50-8a6b-0000000000d3"
DIRECTORSHIP = "019ab1c2-d3e4-7f50-8a6b-0000000000e1"
CONTEST = "019ab1c2-d3e4-7f50-8a6b-0000000000f2"
RULING = "019ab1c2-d3e4-7f50-8a6b-0000000000f3"
CASE = "019ab1c2-d3e4-7f50-8a6b-0000000000f4"
DRAWING = "019ab1c2-d3e4-7f50-8a6b-0000000000f1"
FRAME = "019ab1c2-d3e4-7f50-8a6b-0000000000f2"
OWN_ID = "019ab1c2-d3e4-7f50-8a6b-7c8d9e0f1a2b"
PAST_INSTANT = "2026-11-24T09:00:00.000000Z"
FUTURE_INSTANT = "2027-06-30T00:00:00.000000Z"

EXAMPLES_BY_NAME: Mapping[str, Any] = {
    "id": OWN_ID,
    "workspace": WORKSPACE,
    "version": 7,
    "feed": 120,
    "journey": JOURNEY,
    "stage": STAGE,
    "step": STEP,
    "lane": LANE,
    "person": PERSON,
    "department": DEPARTMENT,
    "directorship": DIRECTORSHIP,
    "contest": CONTEST,
    "ruling": RULING,
    "case": CASE,
    "position": "n0",
    "subject_type": "stage",
    "subject_id": STAGE,
    "until": FUTURE_INSTANT,
    "rule": "OWN-01",
    "state": "vacant",
    "name": "Ana Lindqvist",
    "email": "ana@example.org",
    "slug": "acme",
    "time_zone": "Europe/Oslo",
    "last4": "x7Qz",
    "decision_rights": "Prices and service levels of this stage",
    "budget": "50,000 a year",
    "staff": "4",
    "statement": "Our shops do this.",
    "exit_criteria": "The customer has chosen a plan.",
    "entry_criteria": "The plan and the address are known.",
    "forward_service": "Within an hour",
    "return_service": "Within a day",
    "grounds": "The ruling overlooked that the queue runs on our platform.",
    "answer": "The queue moves to Care in May.",
    "note": "Thank you for two years.",
    "reason": "Known; the new desk opens in May.",
    "expires_at": FUTURE_INSTANT,
    "kind": None,
}
ABSENT = object()


def example_of(
    serializer: serializers.BaseSerializer, given: Mapping[str, Any], *, answer: bool
) -> Any:
    """Return an example for a serializer: the `given` values, and plausible ones for other fields.

    The example is a response if `answer` is true, otherwise a request.
    """
    if isinstance(serializer, serializers.ListSerializer):
        return [example_of(serializer.child, given, answer=answer)]
    example = {}
    for name, field in serializer.fields.items():
        if field.write_only if answer else field.read_only:
            continue
        value = given.get(name, ABSENT)
        if value is ABSENT and isinstance(field, serializers.BaseSerializer):
            value = example_of(field, given, answer=answer)
        if value is ABSENT and (answer or field.required or name in EXAMPLES_BY_NAME):
            value = _likely(name, field)
        if value is not ABSENT and (answer or name != "workspace"):
            example[name] = value
    return example


def _likely(name: str, field: serializers.Field) -> Any:
    if isinstance(field, serializers.ChoiceField):
        return (
            EXAMPLES_BY_NAME[name]
            if EXAMPLES_BY_NAME.get(name) in field.choices
            else next(iter(field.choices))
        )
    if field.allow_null and not field.required:
        return None
    if name in EXAMPLES_BY_NAME:
        return EXAMPLES_BY_NAME[name]
    match field:
        case serializers.BooleanField():
            return False
        case serializers.IntegerField() | serializers.FloatField():
            return field.min_value if getattr(field, "min_value", None) is not None else 1
        case serializers.DateTimeField():
            return PAST_INSTANT
        case serializers.DateField():
            return PAST_INSTANT[:10]
        case serializers.ListField():
            return []
        case serializers.DictField() | serializers.JSONField():
            return {}
        case serializers.UUIDField() | serializers.PrimaryKeyRelatedField():
            return None if field.allow_null else OWN_ID
        case _:
            return None if field.allow_null else ""
