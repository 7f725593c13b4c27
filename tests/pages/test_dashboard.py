"""The dashboard: every figure equals the length of the list behind it."""

import csv
import io
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from changes.ops import parse_ops
from changes.services import apply_ops
from journeys.models import Journey
from journeys.services import journey_duplicate
from ownership.models import Case
from ownership.queries import Coverage
from pages.queries.dashboard import JourneyStates, build_ledger
from pages.queries.holes import split
from tests.support.cases import appoint, open_case
from tests.support.contests import claim, direct, ripe_contest
from tests.support.factories import SampleMember, SampleWorld, write
from tests.support.html_client import signed_in
from touchpoints.models import Promise
from workspaces.access import system_actor


def page(world: SampleWorld, name: str = "dashboard", query: str = "", who: str = "erin") -> Any:
    member: SampleMember = getattr(world, who)
    response = signed_in(member).get(f"{reverse(name, args=[world.acme.workspace.slug])}?{query}")
    assert response.status_code == 200
    return response


def publish_copy(world: SampleWorld, title: str, status: str = "live", **fields: str) -> None:
    actor = system_actor(world.acme.id)
    journey = world.acme.read(Journey, world.acme.journey)
    copy = journey_duplicate(journey=journey, title=title, kind="copy", actor=actor)
    op = {
        "op": "set",
        "type": "journey",
        "id": str(copy.pk),
        "fields": {"status": status, **fields},
    }
    apply_ops(copy.pk, parse_ops([op]), actor=actor)


@pytest.fixture
def company(world: SampleWorld) -> SampleWorld:
    """Return a workspace with two live journeys of different kinds, a draft, and a contest over “Buy”."""
    publish_copy(world, "Hiring", kind="employee")
    publish_copy(world, "A draft", status="draft")
    direct(world, "frank")
    claim(world, "alice")
    return world


@pytest.mark.parametrize(
    ("query", "figures"),
    [
        ("", {"": 6, "open": 6, "owned": 0, "contested": 1, "unowned": 5, "claimed": 0}),
        ("kind=employee", {"": 3, "open": 3, "contested": 0, "unowned": 3}),
        ("department=Care", {"": 0}),
        ("kind=nonsense&department=nonsense", {"": 6}),
    ],
)
def test_every_figure_is_the_length_of_its_list(
    company: SampleWorld, query: str, figures: dict[str, int]
) -> None:
    query = query.replace("Care", str(company.acme.departments["Care"]))
    coverage = page(company, query=query).context["coverage"]
    shown = {
        "": coverage.stages,
        "open": coverage.stages - coverage.owned,
        "owned": coverage.owned,
        "contested": coverage.contested,
        "unowned": coverage.unowned,
        "claimed": coverage.claimed,
    }
    for name, number in figures.items():
        rows = page(company, "dashboard_stages", f"{query}&list={name}").context["page"]
        assert (name, shown[name], rows.paginator.count) == (name, number, number)


def test_the_finding_names_the_departments_that_disagree(company: SampleWorld) -> None:
    response = page(company)
    assert "The only dispute is between Network and Retail." in response.context["finding"]
    departments = company.acme.departments
    between = f"list=contested&between={departments['Network']}&between={departments['Retail']}"
    rows = page(company, "dashboard_stages", between).context["page"].object_list
    assert [row.stage.title for row in rows] == ["Buy"]
    other = f"{between.replace(str(departments['Retail']), str(departments['Care']))}"
    assert not page(company, "dashboard_stages", other).context["page"].object_list


def test_a_list_is_a_csv_file(company: SampleWorld) -> None:
    text = page(company, "dashboard_stages_csv", "list=contested").content.decode("utf-8-sig")
    heads, row = csv.reader(io.StringIO(text))
    assert heads == ["Journey", "Stage", "State", "Director", "Since"]
    assert row[:4] == ["A contract", "Buy", "Two or more claim it", "Frank"]


def test_queries_do_not_grow_with_the_workspace(company: SampleWorld) -> None:
    def count(name: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            page(company, name)
        return len(queries)

    names = ("dashboard", "dashboard_stages")
    for name in names:
        count(name)  # the first request checks for migrations
    before = [count(name) for name in names]
    for number in range(3):
        publish_copy(company, f"No. {number}")
    assert all(count(name) <= number for name, number in zip(names, before, strict=True))


@pytest.mark.parametrize(
    ("who", "labels"),
    [
        ("dana", ["Name someone", "Open", "Open", "Name someone"]),
        ("oscar", ["Open", "Decide", "Open", "Open"]),
        ("frank", ["Name someone", "Open", "Answer", "Name someone"]),
        ("bob", ["Open", "Open", "Open", "Open"]),
    ],
)
def test_decisions_lead_to_what_the_reader_can_do(
    world: SampleWorld, who: str, labels: list[str]
) -> None:
    appoint(world, "frank", "producer")
    ripe_contest(world)  # Frank is a party
    write(world, Case, open_case(world).pk, due_on=date(2020, 1, 1))
    rows = page(world, who=who).context["decisions"]
    assert [(row.question, row.title) for row in rows] == [
        ("vacant", "Choose"),
        ("contested", "Buy"),
        ("case", "Buy"),
        ("vacant", "Use"),
    ]
    assert [str(row.label) for row in rows] == labels
    reader = signed_in(getattr(world, who))
    assert {reader.get(row.url, follow=True).status_code for row in rows} == {200}


def test_the_ledger_draws_the_worst_of_many_journeys() -> None:
    journeys = [
        JourneyStates(
            UUID(int=n), f"No. {n}", ("owned",) * 9, Coverage(owned=9 - n % 2, vacant=n % 2)
        )
        for n in range(200)
    ]
    ledger = build_ledger(journeys)
    assert {row.coverage.vacant for row in ledger.journeys} == {1}
    assert len(ledger.journeys) == 53  # 477 of 480 ticks
    assert ledger.rest.stages == 147 * 9
    assert build_ledger(journeys[:50]).journeys == journeys[:50]


@pytest.mark.parametrize(("stages", "sizes"), [(0, []), (1, [1]), (8, [1] * 8), (13, [1, 2, 1, 2])])
def test_stages_are_divided_into_cells(stages: int, sizes: list[int]) -> None:
    cells = split(["vacant"] * stages)
    assert [cell.coverage.vacant for cell in cells][: len(sizes)] == sizes
    assert sum(cell.coverage.stages for cell in cells) == stages


def test_the_share_of_promises_kept_is_that_of_the_list(company: SampleWorld) -> None:
    title, promise = next(iter(company.acme.promises.items()))
    write(company, Promise, promise, status="kept")
    rows = page(company).context["promises"]
    assert rows
    for row in rows:
        listed = page(company, "dashboard_promises", f"of={row.department_id}").context["page"]
        assert listed.paginator.count == row.known
        assert [one.title for one in listed] == [title]
        assert row.percent == 100
