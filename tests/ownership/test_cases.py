"""Cases: who opens, answers and closes them, and when an answer is due."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from changes.ops import parse_ops
from changes.services import apply_ops
from core.errors import Conflict, Forbidden, InvalidRequest
from ownership.models import Case
from tests.support.actors import placed
from tests.support.cases import answer, appoint, close, open_case
from tests.support.contests import direct
from tests.support.factories import SampleWorld
from workspaces.models import Workspace


@pytest.mark.parametrize(
    ("zone", "now", "due_on"),
    [
        ("Europe/Berlin", datetime(2026, 10, 15, 22, 30, tzinfo=UTC), "2026-10-26"),
        ("America/New_York", datetime(2026, 3, 1, 4, 30, tzinfo=UTC), "2026-03-10"),
        ("Pacific/Auckland", datetime(2028, 2, 18, 12, 0, tzinfo=UTC), "2028-02-29"),
    ],
)
def test_an_answer_is_due_ten_days_later_in_the_workspace(
    world: SampleWorld, monkeypatch: pytest.MonkeyPatch, zone: str, now: datetime, due_on: str
) -> None:
    Workspace.objects.filter(pk=world.acme.id).update(time_zone=zone)
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert open_case(world).due_on.isoformat() == due_on


@pytest.mark.parametrize("name", ["alice", "bob", "dana", "erin"])
def test_only_an_ombudsman_opens_and_closes_cases(world: SampleWorld, name: str) -> None:
    with pytest.raises(Forbidden):
        open_case(world, name)
    with pytest.raises(Forbidden):
        close(open_case(world), getattr(world, name))


@pytest.mark.parametrize("values", [{"kind": "urgent"}, {"account": " "}])
def test_a_case_without_a_kind_or_an_account_is_refused(
    world: SampleWorld, values: dict[str, str]
) -> None:
    with pytest.raises(InvalidRequest):
        open_case(world, **values)
    assert world.acme.all(Case) == []


def test_the_director_the_producer_and_the_sponsor_answer(world: SampleWorld) -> None:
    direct(world, "frank")
    appoint(world, "bob", "producer")
    appoint(world, "erin", "sponsor")
    case = open_case(world)
    answers = [answer(case, who) for who in (world.frank, world.bob, world.erin)]
    (row,) = world.acme.all(Case)
    assert row.answered_at == answers[0].answered_at
    for who in (world.alice, world.dana, world.oscar):
        with pytest.raises(Forbidden, match="director and the journey’s producer"):
            answer(case, who)


def test_the_department_concerned_cannot_close_its_case(world: SampleWorld) -> None:
    case = open_case(world)
    placed(world.acme, world.oscar.person_id, case.department_id)
    with pytest.raises(Forbidden) as refusal:
        close(case, world.oscar)
    assert refusal.value.code == "department-concerned"
    assert world.acme.all(Case)[0].is_open


def test_of_two_who_close_a_case_the_second_reads_that_it_is_closed(world: SampleWorld) -> None:
    case = open_case(world)
    direct(world, "frank")
    close(case, world.oscar)
    with pytest.raises(Conflict) as second:
        close(case, world.oscar, outcome="unfounded")
    with pytest.raises(Conflict) as late:
        answer(case, world.frank)
    assert {second.value.code, late.value.code} == {"case-closed"}
    assert world.acme.all(Case)[0].outcome == "put_right"


def test_a_stage_with_an_open_case_cannot_be_removed(world: SampleWorld) -> None:
    case = open_case(world)
    removal = parse_ops([{"op": "remove", "type": "stage", "id": str(case.stage_id)}])
    with pytest.raises(Conflict) as refusal:
        apply_ops(case.stream_id, removal, actor=world.dana.actor)
    assert refusal.value.code == "stage-has-case"
    close(case, world.oscar)
    apply_ops(case.stream_id, removal, actor=world.dana.actor)
    assert world.acme.all(Case) == []
