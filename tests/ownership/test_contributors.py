"""Contributors: each has one part in a stage, and only people who may draw change it."""

import pytest

from core.errors import Conflict, Forbidden, InvalidRequest
from journeys.models import Stage
from ownership import services
from ownership.models import Contributor
from ownership.services import Cell
from people.models import Department
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
