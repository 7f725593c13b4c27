"""Contributors: each has one part in a stage, and only people who may draw change it."""

import pytest

from core.errors import Conflict, Forbidden, InvalidRequest
from journeys.models import Stage
from ownership import services
from ownership.models import Contributor
from ownership.services import Cell
from people.models import Department
from tests.support.api_client import personal_client
from tests.support.factories import SampleWorld


def stage_of(world: SampleWorld, title: str = "Buy") -> Stage:
    return world.acme.read(Stage, world.acme.stages[title])


def add(world: SampleWorld, part: str = "consulted") -> Contributor:
    department: Department = world.acme.department("Care")
    return services.contributor_create(
        stage=stage_of(world), department=department, part=part, actor=world.alice.actor
    )


def test_a_department_has_one_part_in_a_stage(world: SampleWorld) -> None:
    add(world)
    with pytest.raises(Conflict):
        add(world, "informed")
    (row,) = world.acme.all(Contributor)
    assert row.part == "consulted"


def test_a_contributor_is_a_department_or_a_person(world: SampleWorld) -> None:
    with pytest.raises(InvalidRequest):
        services.contributor_create(stage=stage_of(world), part="informed", actor=world.alice.actor)
    with pytest.raises(InvalidRequest):
        services.contributor_create(
            stage=stage_of(world),
            department=world.acme.department("Care"),
            person=world.bob.person,
            part="informed",
            actor=world.alice.actor,
        )


def test_many_cells_change_in_one_gesture(world: SampleWorld) -> None:
    care = add(world)
    kept = services.contributor_create(
        stage=stage_of(world), person=world.frank.person, part="informed", actor=world.alice.actor
    )
    buy, use = world.acme.stages["Buy"], world.acme.stages["Use"]
    network = world.acme.departments["Network"]
    recorder = services.responsibilities_update(
        journey_id=world.acme.journey,
        parts={
            Cell(buy, care.department_id, None): "",
            Cell(buy, None, world.frank.person_id): "responsible",
            Cell(use, network, None): "consulted",
        },
        actor=world.alice.actor,
    )
    assert len(recorder.sets) == 1
    rows = {(row.stage_id, row.part) for row in world.acme.all(Contributor)}
    assert rows == {(buy, "responsible"), (use, "consulted")}
    assert world.acme.read(Contributor, kept.pk).part == "responsible"


def test_a_viewer_changes_nothing(world: SampleWorld) -> None:
    row = add(world)
    for write in (
        lambda: services.contributor_update(
            contributor=row, part="informed", actor=world.bob.actor
        ),
        lambda: services.contributor_remove(contributor=row, actor=world.bob.actor),
    ):
        with pytest.raises(Forbidden):
            write()
    assert world.acme.read(Contributor, row.pk).part == "consulted"


def test_the_api_sets_many_cells_or_none(world: SampleWorld) -> None:
    alice = personal_client(world.alice.actor)
    path = f"journeys/{world.acme.journey}/responsibilities"
    care = add(world)
    stages = {title: str(pk) for title, pk in world.acme.stages.items()}
    filled = {"stage": stages["Use"], "person": str(world.frank.person_id), "part": "informed"}
    emptied = {"stage": stages["Buy"], "department": str(care.department_id), "part": None}
    for cell, pointer in (
        (filled, "/cells/1"),
        (filled | {"department": str(care.department_id)}, "/cells/1"),
        (emptied | {"part": "accountable"}, "/cells/1/part"),
        (emptied | {"stage": str(world.acme.id)}, "/cells/1/stage"),
        (emptied | {"department": str(world.frank.person_id)}, "/cells/1/department"),
    ):
        answer = alice.patch(path, {"cells": [filled, cell]})
        assert answer.status_code == 400, cell
        assert answer.json()["errors"][0]["pointer"] == pointer
    assert alice.patch(path, {"cells": [filled] * 401}).status_code == 413
    bob = {"op": "set", "type": "person", "id": str(world.bob.person_id)}
    world.acme.direct(bob | {"fields": {"left_on": "2026-01-31"}})
    answer = alice.patch(path, {"cells": [filled, filled | {"person": bob["id"]}]})
    assert (answer.status_code, answer.json()["code"]) == (409, "person-left")
    assert [row.pk for row in world.acme.all(Contributor)] == [care.pk]

    sent = {"cells": [filled, emptied]}
    first, again = (alice.patch(path, sent, Idempotency_Key="same-key") for _ in range(2))
    assert first.json() == again.json() == sent
    assert again["Idempotency-Replayed"] == "true"
    (row,) = world.acme.all(Contributor)
    assert (row.stage_id, row.person_id, row.part) == (
        world.acme.stages["Use"],
        world.frank.person_id,
        "informed",
    )
