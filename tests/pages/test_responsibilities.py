"""The matrix of responsibilities: shown, saved without losing others' changes, and exported."""

from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from changes.ops import parse_ops
from changes.services import apply_ops
from ownership import services
from ownership.models import Contributor
from ownership.services import Cell
from tests.support.contests import direct
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in, without_isolation


@pytest.fixture
def alice(world: SampleWorld) -> Client:
    return signed_in(world.alice)


def url(world: SampleWorld, name: str = "journey_responsibilities") -> str:
    return reverse(name, args=[world.acme.journey])


def field(kind: str, record_id: object, stage_id: UUID) -> str:
    return f"{kind}.{record_id}.{stage_id}"


def set_parts(world: SampleWorld, parts: dict[tuple[str, str], str]) -> None:
    """Set the parts of departments in stages, by the names of both."""
    services.responsibilities_update(
        journey_id=world.acme.journey,
        parts={
            Cell(world.acme.stages[stage], world.acme.departments[department], None): part
            for (stage, department), part in parts.items()
        },
        actor=world.dana.actor,
    )


def test_it_saves_the_changed_cells_and_exports_them(world: SampleWorld, alice: Client) -> None:
    direct(world, "frank")
    buy, network = world.acme.stages["Buy"], world.acme.departments["Network"]
    name = field("department", network, buy)
    sent = {
        "column": f"department.{network}",
        name: "consulted",
        f"initial-{name}": "",
    }
    assert alice.post(url(world), sent).status_code == 303
    (row,) = world.acme.all(Contributor)
    assert (row.stage_id, row.department_id, row.part) == (buy, network, "consulted")
    answer = alice.get(url(world, "journey_responsibilities_csv"))
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Stage,Accountable,")
    line = next(line for line in lines if line.startswith("Buy,"))
    assert line.startswith("Buy,Frank,") and "Consulted" in line


def test_a_cell_that_someone_else_changed_keeps_both_values(
    world: SampleWorld, alice: Client
) -> None:
    buy, network = world.acme.stages["Buy"], world.acme.departments["Network"]
    set_parts(world, {("Buy", "Network"): "informed"})
    name = field("department", network, buy)
    answer = alice.post(url(world), {name: "consulted", f"initial-{name}": ""})
    assert answer.status_code == 422
    text = without_isolation(answer.content.decode())
    assert "Someone else changed this" in text
    assert '<option value="consulted" selected>' in text
    (row,) = world.acme.all(Contributor)
    assert row.part == "informed"


def test_adding_a_column_keeps_what_was_chosen(world: SampleWorld, alice: Client) -> None:
    buy, network = world.acme.stages["Buy"], world.acme.departments["Network"]
    name = field("department", network, buy)
    answer = alice.post(
        url(world),
        {
            "column": f"department.{network}",
            name: "consulted",
            f"initial-{name}": "",
            "add_person": str(world.frank.person_id),
            "verb": "add",
        },
    )
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f'value="person.{world.frank.person_id}"' in text
    assert '<option value="consulted" selected>' in text
    assert world.acme.all(Contributor) == []


def test_a_viewer_reads_the_parts(world: SampleWorld) -> None:
    set_parts(world, {("Buy", "Network"): "informed"})
    text = signed_in(world.bob).get(url(world)).content.decode()
    assert "Informed" in text
    assert "<select" not in text


def test_a_formula_in_a_name_stays_text(world: SampleWorld, alice: Client) -> None:
    network = world.acme.departments["Network"]
    rename = {"op": "set", "type": "department", "id": str(network), "fields": {"name": "=1+1"}}
    apply_ops(world.acme.id, parse_ops([rename]), actor=world.dana.actor)
    set_parts(world, {("Buy", "Network"): "informed"})
    answer = alice.get(url(world, "journey_responsibilities_csv"))
    assert "'=1+1" in answer.content.decode()


def test_more_cells_need_no_more_queries(world: SampleWorld, alice: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert alice.get(url(world)).status_code == 200
        return len(captured)

    set_parts(world, {("Buy", "Network"): "informed"})
    count()
    before = count()
    set_parts(
        world,
        {(stage, name): "consulted" for stage in ("Choose", "Use") for name in ("Network", "Care")},
    )
    assert count() == before
