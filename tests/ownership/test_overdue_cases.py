"""Overdue cases in the log and in webhooks."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from changes.followers import run_followers
from core.tenancy import tenant_scope
from ownership.models import Case
from ownership.overdue_cases import cases_record_overdue
from tests.support.cases import answer, close, open_case
from tests.support.concurrency import together
from tests.support.contests import direct
from tests.support.factories import SampleWorld, write
from webhooks.models import Delivery, Endpoint
from webhooks.services import endpoint_create
from workspaces.access import system_actor


def make_due(world: SampleWorld, case: Case, days_ago: int) -> date:
    due_on = timezone.localdate() - timedelta(days=days_ago)
    write(world, Case, case.pk, due_on=due_on)
    return due_on


@pytest.fixture
def endpoint(world: SampleWorld) -> Endpoint:
    return endpoint_create(
        url="https://example.com/hooks",
        event_types=["case.overdue"],
        actor=system_actor(world.acme.id),
    )[0]


def count_events(world: SampleWorld) -> int:
    run_followers(world.acme.id)
    with tenant_scope([world.acme.id]):
        return Delivery.objects.count()


def test_each_due_date_that_passes_is_an_event_once(world: SampleWorld, endpoint: Endpoint) -> None:
    case = open_case(world)
    make_due(world, case, 0)
    cases_record_overdue(world.acme.id)
    assert count_events(world) == 0
    for count, days in enumerate((3, 1), start=1):
        due_on = make_due(world, case, days)
        results = together(*[lambda: cases_record_overdue(world.acme.id)] * 2)
        assert results == [None, None]
        cases_record_overdue(world.acme.id)
        assert world.acme.read(Case, case.pk).missed_due_on == due_on
        assert count_events(world) == count


@pytest.mark.parametrize("done", ["answered", "closed"])
def test_a_case_that_was_answered_or_closed_is_not_overdue(
    world: SampleWorld, endpoint: Endpoint, done: str
) -> None:
    direct(world, "frank")
    case = open_case(world)
    if done == "answered":
        answer(case, world.frank)
    else:
        close(case, world.oscar)
    make_due(world, case, 3)
    cases_record_overdue(world.acme.id)
    assert count_events(world) == 0
