"""The history that audits and followers keep equals the one that is rebuilt from the log."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from changes.models import ChangeSet
from changes.services import Recorder, change_set
from core import clock
from core.errors import Conflict
from core.tenancy import set_tenant_scope, tenant_scope
from journeys.models import Journey, Stage
from ownership import audit, history, spells, tenure_rebuild, tenures
from ownership.contests import sync_contest
from ownership.followers import keep_spells
from ownership.models import Claim, Deputy, Directorship, Flag, Spell, Tenure
from ownership.queries import Coverage
from ownership.services import flag_dismiss
from people.models import Department, Person, Placement
from tests.support.factories import SampleWorkspace, SampleWorld, build_world
from workspaces.access import system_actor
from workspaces.models import Member, Workspace
from workspaces.queries import today_in

# In Berlin, the clock was put forward on the third day, which had 23 hours.
BEGINS = datetime(2032, 3, 26, 8, tzinfo=UTC)
FIRST_DAY = BEGINS.date()
PLAYERS = ("alice", "erin", "frank")
FACTS = ("stage_id", "since", "until", *tenures.FACTS)


class Story:
    """A workspace in Berlin whose history is written afterwards, with an audit after each step and on each day."""

    def __init__(self) -> None:
        self.moment = BEGINS
        with clock.telling(BEGINS):
            self.world = build_world()
            self.place = self.world.acme
            Workspace.objects.filter(pk=self.place.id).update(time_zone="Europe/Berlin")
            self.keep(None)

    def keep(self, journeys: list[str] | None) -> None:
        with transaction.atomic(durable=True):
            set_tenant_scope([self.place.id])
            tenures.keep(self.place.id, journeys)

    def wait(self, hours: int) -> None:
        """Let some hours pass, with a nightly audit on each day."""
        end = self.moment + timedelta(hours=hours)
        night = self.moment.replace(hour=2, minute=15) + timedelta(days=1)
        while night <= end:
            with clock.telling(night):
                self.keep(None)
            night += timedelta(days=1)
        self.moment = end

    def step(self, action: str, stage: int = 0, player: int = 0, number: int = 0) -> None:
        """Do an action, unless it makes no sense now, and audit what it changed."""
        stage_id = list(self.place.stages.values())[stage]
        person = self.place.people[PLAYERS[player]].person_id
        streams = [self.place.id, self.place.journey]
        with clock.telling(self.moment), suppress(Conflict):
            with change_set(streams, action="test", actor=system_actor(self.place.id)) as recorder:
                found = Stage.objects.filter(pk=stage_id).first()
                if found:
                    getattr(self, action)(recorder, found, person, number)
                    if Stage.objects.filter(pk=stage_id).exists():
                        sync_contest(recorder, found)
            is_shared = action in ("leave", "move", "archive", "sign_out")
            self.keep(None if is_shared else [str(self.place.journey)])

    def direct(self, recorder: Recorder, stage: Stage, person: UUID, number: int) -> None:
        self.end(recorder, stage, person, number)
        mine = Directorship.objects.filter(stage=stage, person=person, ended_at=None).first()
        mine = mine or recorder.add(
            Directorship(
                stream_id=self.place.journey,
                stage=stage,
                person_id=person,
                proposed_at=recorder.at,
            )
        )
        department = self.place.departments["Network"] if number > 0 else None
        recorder.set(mine, accepted_at=recorder.at, department_id=department)

    def end(self, recorder: Recorder, stage: Stage, person: UUID, number: int) -> None:
        for row in Directorship.objects.filter(stage=stage, ended_at=None):
            recorder.set(row, ended_at=recorder.at, end_reason="relieved")

    def claim(self, recorder: Recorder, stage: Stage, person: UUID, number: int) -> None:
        if not Claim.objects.filter(stage=stage, person=person, ended_at=None).exists():
            recorder.add(
                Claim(
                    stream_id=self.place.journey,
                    stage=stage,
                    person_id=person,
                    department_id=self.place.departments["Care"],
                    kind="claim",
                    made_at=recorder.at,
                )
            )

    def withdraw(self, recorder: Recorder, stage: Stage, person: UUID, number: int) -> None:
        for claim in Claim.objects.filter(stage=stage, person=person, ended_at=None):
            recorder.set(claim, ended_at=recorder.at, end_reason="withdrawn")

    def deputise(self, recorder: Recorder, stage: Stage, person: UUID, number: int) -> None:
        today = today_in(self.place.id)
        for row in Directorship.objects.filter(stage=stage, ended_at=None).exclude(person=person):
            recorder.add(
                Deputy(
                    stream_id=self.place.journey,
                    directorship=row,
                    person_id=person,
                    since=today + timedelta(days=number),
                    until=today + timedelta(days=number + 1),
                )
            )

    def leave(self, recorder: Recorder, stage: Stage, person: UUID, number: int) -> None:
        last_day = None if number == 2 else today_in(self.place.id) + timedelta(days=number)
        recorder.set(Person.objects.filter(pk=person)[0], left_on=last_day)

    def move(self, recorder: Recorder, stage: Stage, person: UUID, number: int) -> None:
        fields: dict[str, Any] = {"until": today_in(self.place.id) + timedelta(days=number)}
        if number < 0:
            fields = {"department_id": self.place.departments["Network"], "until": None}
        recorder.set(Placement.objects.filter(person=person)[0], **fields)

    def archive(self, recorder: Recorder, stage: Stage, person: UUID, number: int) -> None:
        department = Department.objects.filter(pk=list(self.place.departments.values())[number])[0]
        recorder.set(department, is_archived=not department.is_archived)

    def sign_out(self, recorder: Recorder, stage: Stage, person: UUID, number: int) -> None:
        members = Member.objects.filter(pk__in=Person.objects.filter(pk=person).values("member"))
        members.filter(left_at=None).update(left_at=recorder.at)

    def publish(self, recorder: Recorder, stage: Stage, person: UUID, number: int) -> None:
        status = "draft" if number < 0 else "live"
        recorder.set(Journey.objects.filter(pk=self.place.journey)[0], status=status)

    def remove(self, recorder: Recorder, stage: Stage, person: UUID, number: int) -> None:
        recorder.remove(stage)

    def tenures(self) -> list[tuple[Any, ...]]:
        with tenant_scope([self.place.id]):
            return list(Tenure.objects.order_by("stage_id", "since").values_list(*FACTS))

    def periods(self, stage: str) -> list[tuple[str, date, date | None]]:
        rows = self.place.all(Tenure, stage_id=self.place.stages[stage])
        return [(r.state, r.since, r.until) for r in sorted(rows, key=lambda row: row.since)]

    def rebuilt(self) -> list[tuple[Any, ...]]:
        with clock.telling(self.moment):
            tenure_rebuild.rebuild(self.place.id)
        return self.tenures()


ACTIONS = (
    *("direct", "end", "claim", "withdraw", "deputise", "leave"),
    *("move", "archive", "sign_out", "publish", "remove"),
)
STEPS = st.tuples(
    st.sampled_from(ACTIONS), st.integers(0, 2), st.integers(0, 2), st.integers(-1, 2)
)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(steps=st.lists(st.tuples(st.sampled_from((0, 1, 15, 40)), STEPS), min_size=4, max_size=14))
@example(
    steps=[
        (0, ("direct", 0, 0, 1)),
        (15, ("leave", 0, 0, 0)),
        (40, ("deputise", 0, 1, 0)),
        (40, ("archive", 0, 0, 0)),
        (15, ("claim", 0, 2, 0)),
        (0, ("withdraw", 0, 2, 0)),
        (15, ("end", 0, 0, 0)),
        (1, ("remove", 0, 0, 0)),
        (40, ("sign_out", 1, 1, 0)),
    ]
)
def test_the_rebuilt_history_equals_the_kept_one(db, steps):
    story = Story()
    for hours, step in steps:
        story.wait(hours)
        story.step(*step)
    story.wait(50)
    kept = story.tenures()
    assert kept == story.rebuilt()


@pytest.fixture
def story(db: None) -> Story:
    return Story()


def test_a_day_ends_at_local_midnight_also_when_the_clock_is_put_forward(story: Story):
    story.moment = datetime(
        2032, 3, 28, 21, 59, tzinfo=UTC
    )  # 23:59 in Berlin, an hour earlier than usual
    story.step("direct", 0, 0)
    story.moment += timedelta(minutes=1)
    story.step("end", 0)
    assert story.periods("Choose") == [
        ("vacant", FIRST_DAY, date(2032, 3, 28)),
        ("owned", date(2032, 3, 28), date(2032, 3, 29)),
        ("vacant", date(2032, 3, 29), None),
    ]
    assert story.tenures() == story.rebuilt()


def test_only_the_end_of_a_day_counts(story: Story):
    before = story.tenures()
    story.wait(24)
    story.step("direct", 0, 0)
    assert story.periods("Choose")[-1] == ("owned", date(2032, 3, 27), None)
    story.step("claim", 0, 1)
    assert story.periods("Choose")[-1] == ("contested", date(2032, 3, 27), None)
    story.step("withdraw", 0, 1)
    story.step("end", 0)
    assert story.tenures() == before


def test_days_do_not_go_backwards_with_the_time_zone(story: Story):
    before = story.tenures()
    story.moment = datetime(2032, 3, 27, 23, 30, tzinfo=UTC)
    story.step("direct", 0, 0)
    assert story.periods("Choose")[-1] == ("owned", date(2032, 3, 28), None)
    Workspace.objects.filter(pk=story.place.id).update(time_zone="UTC")
    story.step("end", 0)
    assert story.tenures() == before


def test_a_run_writes_only_the_history_of_its_journeys(story: Story):
    place = story.place
    story.wait(24)
    kept = story.tenures()
    with clock.telling(story.moment):
        with change_set([place.journey], action="test", actor=system_actor(place.id)) as recorder:
            stage = Stage.objects.filter(pk=place.stages["Buy"])[0]
            story.direct(recorder, stage, place.people["erin"].person_id, 0)
        story.keep([str(place.id)])
        assert story.tenures() == kept
        story.keep([str(place.journey)])
    assert story.periods("Buy")[-1] == ("owned", date(2032, 3, 27), None)


def test_every_audit_keeps_history_and_none_writes_what_it_knows(world: SampleWorld):
    audit.run_audit(world.acme.id)
    rows = world.acme.all(Tenure)
    assert {row.stage_id for row in rows} == set(world.acme.stages.values())
    audit.run_audit(world.acme.id)
    audit.run_audit(world.acme.id, [world.acme.journey])
    assert [row.pk for row in world.acme.all(Tenure)] == [row.pk for row in rows]


def test_figures_of_past_days(story: Story):
    story.wait(24)
    story.step("direct", 0, 0)
    story.step("claim", 1, 1)
    story.wait(48)
    story.step("publish", number=-1)
    story.wait(24)
    story.step("publish", number=0)
    workspace, journey = story.place.id, [story.place.journey]
    expected = {
        FIRST_DAY - timedelta(days=1): Coverage(),
        FIRST_DAY: Coverage(vacant=3),
        date(2032, 3, 27): Coverage(owned=1, claimed=1, vacant=1),
        date(2032, 3, 28): Coverage(owned=1, claimed=1, vacant=1),
        date(2032, 3, 29): Coverage(),
        date(2032, 3, 30): Coverage(owned=1, claimed=1, vacant=1),
        date(2032, 4, 9): Coverage(owned=1, claimed=1, vacant=1),
    }
    with tenant_scope([workspace]):
        for day, coverage in expected.items():
            with CaptureQueriesContext(connection) as queries:
                assert history.coverage_on(workspace, day) == coverage
                assert history.coverage_on(workspace, day, journey) == coverage
            assert len(queries) == 2
            assert history.coverage_on(workspace, day, []) == Coverage()
        first, last = min(expected), date(2032, 3, 30)
        with CaptureQueriesContext(connection) as queries:
            points = history.trend(workspace, first, last, every=1, journeys=journey)
        assert len(queries) == 1
        by_day = {point.day: point.coverage for point in points}
        assert by_day == {day: figures for day, figures in expected.items() if day <= last}
        weekly = history.trend(workspace, first, date(2032, 4, 9))
        assert [point.day for point in weekly] == [
            date(2032, 3, 26),
            date(2032, 4, 2),
            date(2032, 4, 9),
        ]
        assert [point.coverage.vacant for point in weekly] == [3, 1, 1]
        assert history.trend(workspace, first, last, journeys=[])[0].coverage == Coverage()


def test_spells_are_kept_whoever_opens_or_closes_a_flag(story: Story):
    place, dana = story.place, story.world.dana
    rule = {"rule": "OWN-01"}

    def audited(hours: int) -> None:
        story.moment += timedelta(hours=hours)
        with clock.telling(story.moment):
            audit.run_audit(place.id)

    audited(0)
    story.step("direct", 0, 0)
    audited(1)
    story.step("end", 0)
    audited(24)
    (flag,) = place.all(Flag, subject_id=place.stages["Buy"], **rule)
    with clock.telling(story.moment):
        until = story.moment + timedelta(days=9)
        flag_dismiss(flag=flag, reason="Next quarter", until=until, actor=dana.actor)
    story.step("remove", 2)
    audited(1)
    with tenant_scope([place.id]):
        ids = ChangeSet.objects.filter(types__contains=["flag"]).order_by("feed").values_list("id")
        sets = [{"id": str(set_id)} for (set_id,) in ids]
    for change_set_ids in sets * 2:  # a follower can get a set again
        keep_spells(place.id, [change_set_ids])
    kept = spells_of(story)
    names = {stage_id: name for name, stage_id in place.stages.items()}
    outcomes = [(names[row[3]], row[-1]) for row in kept if row[2] == "OWN-01"]
    assert sorted(outcomes) == [
        ("Buy", "dismissed"),
        ("Choose", ""),
        ("Choose", "resolved"),
        ("Use", "resolved"),
    ]
    spells.rebuild(place.id)
    assert spells_of(story) == kept
    with tenant_scope([place.id]):
        first, second = (
            history.open_flags_on(place.id, FIRST_DAY + timedelta(days=n)) for n in (0, 1)
        )
    assert (first["OWN-01"], second["OWN-01"]) == (2, 1)


def spells_of(story: Story) -> list[tuple[Any, ...]]:
    fields = ("flag_id", "opened_at", "rule", "subject_id", "closed_at", "how")
    with tenant_scope([story.place.id]):
        return list(Spell.objects.order_by("flag_id", "opened_at").values_list(*fields))


def test_history_of_another_workspace_is_neither_read_nor_written(world: SampleWorld):
    twin: SampleWorkspace = world.twin
    for place in (world.acme, twin):
        audit.run_audit(place.id)
    theirs = {row.pk for row in twin.all(Tenure)}
    ours = len(world.acme.all(Tenure))
    command = "rebuild_ownership_history"
    call_command(command, workspace=world.acme.workspace.slug, stdout=StringIO())
    assert len(world.acme.all(Tenure)) == ours
    with pytest.raises(CommandError):
        call_command(command, workspace="nowhere")
    assert {row.pk for row in twin.all(Tenure)} == theirs
    day = today_in(world.acme.id)
    with tenant_scope([world.acme.id]):
        assert not history.tenures_on(twin.id, day).exists()
        assert history.open_flags_on(twin.id, day) == {}
