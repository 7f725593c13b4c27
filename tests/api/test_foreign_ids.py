"""Every field treats an id of another workspace like an id that does not exist."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import models

from changes.models import Record, record_types
from core.ids import uuid7
from tests.authz.matrix import API, address
from tests.support.actors import build_things
from tests.support.api_client import ApiClient, told_apart
from tests.support.checksum import checksum
from tests.support.factories import SampleWorld
from tests.support.nouns import NOUNS, filled
from tests.support.record_types import DIRECTORY, WRITABLE, one_of
from tests.support.routes import url_patterns
from touchpoints.sync_payloads import PARENT_FIELDS, VALUE_FIELDS


@pytest.fixture(autouse=True)
def theirs(world: SampleWorld) -> dict[str, Any]:
    """One of everything in the other workspace."""
    return build_things(world.twin, "charlie", "tessa", "charlie", "tessa")


def references(model: type[Record]) -> Iterator[tuple[str, Any]]:
    """Return (field, type) for every field of a record type that takes an id."""
    for name in (*model.op_fields, *(model.place.parent_fields if model.place else ())):
        found = model._meta.get_field(name)
        if isinstance(found, models.ForeignKey):
            yield name, found.related_model


def assert_alike(answers: list[Any], statuses: set[int], pointer: str, case: Any) -> None:
    assert {answer.status_code for answer in answers} <= statuses, (case, answers[0].content)
    assert told_apart(*answers) is False, case
    if pointer:
        assert answers[0].json()["errors"][0]["pointer"] == pointer, case


def test_in_every_field_of_every_type(world: SampleWorld, acme: ApiClient) -> None:
    """Sends the ids both in ops and to the endpoints that create and update records."""
    before, tried = checksum(world.acme.id), 0
    for slug, model in WRITABLE.items():
        noun = f"{slug}s"
        path = (
            f"workspaces/{world.acme.id}" if slug in DIRECTORY else f"journeys/{world.acme.journey}"
        )
        path += "/edits"
        new, row = filled(NOUNS[noun]["new"], world), one_of(world.acme, model)
        # The values that allow the reference: a lane's kind, a journey's state.
        also = {"lane": {"kind": "department"}, "journey": {"state": "future"}}.get(slug, {})
        new |= also
        fields = {name: value for name, value in new.items() if name in model.op_fields}
        within = {n: new[n] for n in model.place.parent_fields} if model.place else {}
        for name, target in references(model):
            ids = [one_of(world.twin, target), str(uuid7())]
            base = {"type": slug, "op": "add", "fields": fields}
            if name in within:
                part, change = "place", {"type": slug, "op": "move", "id": row}
                ops = [[base | {"place": within | {name: one}} for one in ids]]
                ops += [[change | {"place": {name: one}} for one in ids]]
            else:
                part, change = "fields", {"type": slug, "op": "set", "id": row}
                add = base | ({"place": within} if within else {})
                ops = [[add | {"fields": fields | {name: one}} for one in ids]]
                ops += [[change | {"fields": also | {name: one}} for one in ids]]
            for pair in ops if slug != "journey" else ops[1:]:  # no op adds a journey
                answers = [acme.post(path, {"ops": [op]}) for op in pair]
                assert_alike(answers, {400}, f"/ops/0/{part}/{name}", pair)
            made = [acme.post(noun, new | {name: one}) for one in ids]
            assert_alike(made, {400}, f"/{name}", (noun, name))
            changed = [acme.patch(f"{noun}/{row}", also | {name: one}, If_Match="*") for one in ids]
            assert_alike(changed, {400}, f"/{name}", (noun, name))
            tried += 1
    assert tried >= 11
    assert checksum(world.acme.id) == before


def test_as_what_an_op_is_about(world: SampleWorld, acme: ApiClient) -> None:
    before = checksum(world.acme.id)
    for slug, model in WRITABLE.items():
        path = (
            f"workspaces/{world.acme.id}" if slug in DIRECTORY else f"journeys/{world.acme.journey}"
        )
        ids = [one_of(world.twin, model), str(uuid7())]
        for verb in ("set", "remove", *(["move"] if model.place else [])):
            ops = [{"op": verb, "type": slug, "id": one} for one in ids]
            answers = [acme.post(f"{path}/edits", {"ops": [op]}) for op in ops]
            assert_alike(answers, {409}, "/ops/0", ops)
            assert answers[0].json()["code"] == "gone"
    theirs = world.twin.edit({"op": "add", "type": "stage", "fields": {"title": "Theirs"}}).sets[0][
        "gesture"
    ]
    path = f"journeys/{world.acme.journey}/edits"
    answers = [acme.post(path, {"undo": one}) for one in (theirs, str(uuid7()))]
    assert_alike(answers, {400}, "/undo", "undo")
    assert checksum(world.acme.id) == before


def test_as_a_neighbour_it_is_the_end_like_one_that_was_removed(
    world: SampleWorld, acme: ApiClient
) -> None:
    path = f"journeys/{world.acme.journey}/edits"
    for stranger in (str(world.twin.stages["Choose"]), str(uuid7())):
        move = {"op": "move", "type": "stage", "id": str(world.acme.stages["Choose"])}
        assert acme.post(path, {"ops": [move | {"place": {"after": None}}]}).status_code == 200
        assert acme.post(path, {"ops": [move | {"place": {"after": stranger}}]}).status_code == 200
        stages = acme.get(f"journeys/{world.acme.journey}/snapshot").json()["records"]
        last = max((stage for stage in stages if stage["type"] == "stage"), key=position)
        assert last["id"] == move["id"]


def position(record: dict[str, Any]) -> str:
    return record["fields"]["position"]


def test_in_every_field_of_a_batch(world: SampleWorld, acme: ApiClient) -> None:
    base = {"source": "x", "external_id": "1", "title": "T"}
    named = {
        name: VALUE_FIELDS[name].related_model
        for name in VALUE_FIELDS
        if VALUE_FIELDS[name].is_relation
    }
    named |= {name: record_types()[name] for name in PARENT_FIELDS}
    before = checksum(world.acme.id)
    for name, model in named.items():
        ids = [one_of(world.twin, model), str(uuid7())]
        place = {} if name in {"stage", "step"} else {"stage": str(world.acme.stages["Buy"])}
        items = [base | place | {name: one} for one in ids]
        answers = [acme.post("touchpoints/batch", {"items": [item]}) for item in items]
        assert_alike(answers, {200}, "", name)
        failed = answers[0].json()["results"][0]
        assert (failed["result"], failed["code"]) == ("failed", "not_found"), name
        one = [
            {k: v for k, v in item.items() if k not in {"source", "external_id"}} for item in items
        ]
        answers = [acme.put("touchpoints/by-external-id/x/1", body) for body in one]
        assert_alike(answers, {400}, f"/{name}", name)
    assert checksum(world.acme.id) == before


def swapped(mine: Any, theirs: Any, make: Any) -> Iterator[tuple[Any, Any]]:
    """Yield copies of `mine` with one id replaced: by that in `theirs`, and by one from `make`."""
    if isinstance(mine, dict):
        for name in mine:
            for pair in swapped(mine[name], theirs[name], make):
                yield tuple(mine | {name: one} for one in pair)  # type: ignore[misc]
    elif isinstance(mine, list):
        for index, one in enumerate(mine):
            for pair in swapped(one, theirs[index], make):
                yield tuple([*mine[:index], new, *mine[index + 1 :]] for new in pair)  # type: ignore[misc]
    elif mine != theirs:
        yield theirs, make()


# Presence only forwards ids to others who look at the same journey; it looks nothing up.
LOOKS_NOTHING_UP = {"api_journey_presence"}


def test_in_the_body_of_every_endpoint(world: SampleWorld, theirs: dict[str, Any]) -> None:
    """Goes through the bodies in the table of routes, which lists every endpoint."""
    ours = build_things(world.acme, "erin", "bob", "alice", "dana")
    theirs = theirs | {"soon": ours["soon"]}
    programs = {name: ApiClient(user=getattr(world, name).user) for name in world.acme.people}
    before, tried = checksum(world.acme.id), set()
    for row in API:
        if row.body is None or isinstance(row.body(ours), bytes) or row.name in LOOKS_NOTHING_UP:
            continue
        program = programs["dana" if "dana" in row.may else min(row.may)]
        for bodies in swapped(row.body(ours), row.body(theirs), lambda: str(uuid7())):
            answers = [
                program.send(row.method, address(row, ours), body, If_Match="*") for body in bodies
            ]
            assert_alike(answers, {200, 400, 409}, "", (row.name, bodies[0]))
            summary = answers[0].json().get("summary")
            assert answers[0].status_code != 200 or summary["failed"] == 1, row.name
            tried.add(row.name)
    assert {"api_directorships", "api_deputies", "api_claims", "api_appointments"} <= tried
    assert checksum(world.acme.id) == before


def test_as_a_workspace(world: SampleWorld, acme: ApiClient) -> None:
    for noun in (f"{slug}s" for slug in ("journey", *sorted(DIRECTORY))):
        new = filled(NOUNS[noun]["new"], world)
        ids = [str(world.twin.id), str(uuid7())]
        assert_alike([acme.post(noun, new | {"workspace": one}) for one in ids], {404}, "", noun)
        assert_alike([acme.get(f"{noun}?workspace={one}") for one in ids], {404}, "", noun)


def test_in_every_filter_of_every_list(world: SampleWorld, acme: ApiClient) -> None:
    tried = 0
    for pattern in url_patterns("cxmap.api"):
        view = getattr(pattern.callback, "view_class", None)
        for name, lookup in getattr(view, "filter_fields", {}).items():
            target = view.model
            for part in lookup.split("__"):
                target = target._meta.get_field(part).related_model
            if target is None or not issubclass(target, Record):
                continue
            paths = [
                f"{pattern.pattern}?{name}={one}" for one in (one_of(world.twin, target), uuid7())
            ]
            for answer in (acme.get(path) for path in paths):
                assert answer.status_code == 200, paths
                assert answer.json()["results"] == [], paths
            tried += 1
    assert tried > 15
