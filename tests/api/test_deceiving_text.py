"""Every field rejects text that changes direction, contains control characters or is invisible."""

from typing import Any

import pytest
from django.db import models

from changes.models import Record
from core.fields import NameField
from tests.authz.matrix import API, address
from tests.support.actors import build_things
from tests.support.api_client import ApiClient
from tests.support.checksum import checksum
from tests.support.factories import SampleWorld
from tests.support.nouns import NOUNS, filled
from tests.support.record_types import DIRECTORY, WRITABLE, one_of
from touchpoints.sync_payloads import KEY_FIELDS, VALUE_FIELDS

pytestmark = pytest.mark.slow  # sends hundreds of requests
BAD = {"bidi": "ab\u202ecd", "isolate": "a\u2067b", "NUL": "a\x00b", "control": "a\x1bb"}
UNSEEN = {"zero width": "\u200b\u200d\ufeff"}
TEXT = (models.CharField, models.TextField)


def spoilt(field: Any) -> dict[str, str]:
    """Return the texts that a field must reject. Prose may be empty, so it may also look empty."""
    return BAD | (UNSEEN if isinstance(field, NameField) else {})


def texts(model: type[Record]) -> dict[str, Any]:
    found = {name: model._meta.get_field(name) for name in model.op_fields}
    return {name: one for name, one in found.items() if isinstance(one, TEXT)}


@pytest.fixture(autouse=True)
def nothing_is_written(world: SampleWorld, acme: ApiClient, ours: dict[str, Any]) -> Any:
    before = checksum(world.acme.id)
    yield
    assert checksum(world.acme.id) == before


@pytest.fixture
def ours(world: SampleWorld) -> dict[str, Any]:
    return build_things(world.acme, "erin", "bob", "alice", "dana")


def assert_refused(answer: Any, pointer: str, case: Any) -> None:
    assert answer.status_code == 400, (case, answer.content)
    problem = answer.json()
    if problem["code"] != "malformed-json":  # NUL is rejected before the fields are read
        assert problem["errors"][0]["pointer"] == pointer, (case, problem)


def test_in_every_text_of_every_type(world: SampleWorld, acme: ApiClient) -> None:
    for slug, model in WRITABLE.items():
        home = (
            f"workspaces/{world.acme.id}" if slug in DIRECTORY else f"journeys/{world.acme.journey}"
        )
        row, new = one_of(world.acme, model), filled(NOUNS[f"{slug}s"]["new"], world)
        for name, field in texts(model).items():
            for kind, text in spoilt(field).items():
                case = (slug, name, kind)
                op = {"op": "set", "type": slug, "id": row, "fields": {name: text}}
                answer = acme.post(f"{home}/edits", {"ops": [op]})
                assert_refused(answer, f"/ops/0/fields/{name}", case)
                answer = acme.patch(f"{slug}s/{row}", {name: text}, If_Match="*")
                assert_refused(answer, f"/{name}", case)
                assert_refused(acme.post(f"{slug}s", new | {name: text}), f"/{name}", case)


def test_in_every_text_of_a_batch(world: SampleWorld, acme: ApiClient) -> None:
    base = {"source": "x", "external_id": "1", "title": "T", "stage": str(world.acme.stages["Buy"])}
    fields = {name: field for name, field in VALUE_FIELDS.items() if isinstance(field, TEXT)}
    for name in (*fields, *KEY_FIELDS):
        bad = BAD | UNSEEN if name in KEY_FIELDS else spoilt(fields[name])
        for kind, text in bad.items():
            answer = acme.post("touchpoints/batch", {"items": [base | {name: text}]})
            case = (name, kind, answer.content)
            if kind == "NUL":
                assert answer.json()["code"] == "malformed-json", case
                continue
            (result,) = answer.json()["results"]
            assert result["result"] == "failed", case
            assert result["errors"][0]["pointer"] == f"/items/0/{name}", case
    for value in (["a\u202eb"], ["\u200b"], [1], [None], [["x"]], ["x" * 5_000]):
        answer = acme.post("touchpoints/batch", {"items": [base | {"actors": value}]})
        (result,) = answer.json()["results"]
        assert result["result"] == "failed", value
        assert result["errors"][0]["pointer"].startswith("/items/0/actors"), value


def test_in_every_text_of_every_endpoint(world: SampleWorld, ours: dict[str, Any]) -> None:
    """Goes through the table of routes, to include the texts of ownership, members and tokens."""
    programs = {name: ApiClient(user=getattr(world, name).user) for name in world.acme.people}
    for row in API:
        body = row.body(ours) if row.body else None
        if not isinstance(body, dict):
            continue
        program = programs["dana" if "dana" in row.may else min(row.may)]
        for name in [one for one, value in body.items() if is_prose(value, ours)]:
            for kind, text in BAD.items():
                answer = program.send(
                    row.method, address(row, ours), body | {name: text}, If_Match="*"
                )
                assert_refused(answer, f"/{name}", (row.name, name, kind))


def is_prose(value: Any, ours: dict[str, Any]) -> bool:
    """Return whether a value in a body is text for people: no id, and no picture."""
    is_text = isinstance(value, str) and not value.startswith("<svg")
    return is_text and value not in {str(given) for given in ours.values()}
