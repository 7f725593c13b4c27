"""Notices about cases: for one person after the other until somebody answers, then for the ombudsman."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from changes.followers import run_followers
from core.notices import Topic
from core.tenancy import tenant_scope
from notifications.services import sync_notices
from ownership import case_notices
from ownership.models import Case
from tests.support.actors import placed
from tests.support.cases import answer, appoint, close, open_case
from tests.support.contests import direct
from tests.support.factories import SampleMember, SampleWorld, write
from tests.support.html_client import signed_in
from tests.support.notices import notices_of, waiting_for


def cases_of(member: SampleMember) -> list[str]:
    """Return the causes of the notices about cases in a member's inbox."""
    waiting = [row for row in waiting_for(member) if row.topic == Topic.CASES]
    return [row.key.partition(":")[0] for row in waiting]


def with_cases(world: SampleWorld) -> set[str]:
    return {name for name in world.acme.people if cases_of(getattr(world, name))}


def test_an_overdue_case_climbs_from_director_to_producer_to_sponsor(world: SampleWorld) -> None:
    direct(world, "frank")
    appoint(world, "bob", "producer")
    appoint(world, "erin", "sponsor")
    case = open_case(world)
    opened_at = case.opened_at
    reached = []
    for days in (0, 9, 12, 19, 22):
        ago = timedelta(days=days)
        due_on = timezone.localdate() - ago + timedelta(days=10)
        write(world, Case, case.pk, opened_at=opened_at - ago, due_on=due_on)
        for _ in range(2):
            sync_notices(world.acme.id)
        reached.append(with_cases(world))
    assert reached == [
        {"frank"},
        {"frank"},
        {"frank", "bob"},
        {"frank", "bob"},
        {"frank", "bob", "erin"},
    ]
    assert len(notices_of(world.bob, topic=Topic.CASES)) == 1
    answer(case, world.erin)
    assert with_cases(world) == set()
    run_followers(world.acme.id)
    assert notices_of(world.frank, topic=Topic.CASES)[0].outcome == "done"


def test_a_vacant_stage_s_case_goes_to_the_producer_at_once(world: SampleWorld) -> None:
    appoint(world, "bob", "producer")
    open_case(world)
    run_followers(world.acme.id)
    assert with_cases(world) == {"bob"}


def test_an_answered_case_waits_for_the_ombudsman_until_it_is_closed(world: SampleWorld) -> None:
    direct(world, "frank")
    case = open_case(world)
    answer(case, world.frank)
    run_followers(world.acme.id)
    assert with_cases(world) == {"oscar"}
    inbox = reverse("inbox", args=[world.acme.workspace.slug])
    assert reverse("case", args=[case.pk]) in signed_in(world.oscar).get(inbox).content.decode()
    close(case, world.oscar)
    assert with_cases(world) == set()


def test_the_department_concerned_is_not_asked_to_close(world: SampleWorld) -> None:
    direct(world, "frank")
    case = open_case(world)
    answer(case, world.frank)
    placed(world.acme, world.oscar.person_id, case.department_id)
    sync_notices(world.acme.id)
    assert with_cases(world) == set()


def test_the_number_of_queries_does_not_grow_with_the_cases(world: SampleWorld) -> None:
    direct(world, "frank")
    counts = []
    for _ in range(2):
        answer(open_case(world), world.frank)
        open_case(world)
        with tenant_scope([world.acme.id]), CaptureQueriesContext(connection) as queries:
            case_notices.notices_for(world.acme.id, None)
        counts.append(len(queries))
    assert counts[0] == counts[1]
