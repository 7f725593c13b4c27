"""The view, the pages, the API, the audit and the map agree on who is responsible for a stage."""

import json
import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from changes.queries import snapshot
from changes.services import Recorder, change_set
from core.ids import uuid7
from core.tenancy import tenant_scope
from journeys.models import Journey, Stage
from ownership import audit
from ownership.contests import sync_contest
from ownership.models import Claim, Deputy, Directorship, Flag, StageStanding
from ownership.queries import COUNTED, STANDINGS_SQL, recorded_states
from pages.queries.journeys import journey_tree
from people.models import Department, Person, Placement
from tests.support.api_client import service_client
from tests.support.factories import SampleWorld, build_world
from tests.support.html_client import signed_in
from workspaces.access import system_actor
from workspaces.models import Member, User
from workspaces.queries import today_in

PLAYERS = ("alice", "erin", "frank")
MAP_OWNERSHIP = Path(__file__).parent / "map_ownership.mjs"


class Play:
    """A workspace in which a random history of ownership happens."""

    def __init__(self) -> None:
        self.world = build_world()
        self.place = self.world.acme
        self.today = today_in(self.place.id)

    def step(self, action: str, stage: int, player: int, number: int) -> None:
        """Do an action, unless it makes no sense at this point. `number` is from -2 to 2."""
        act: Callable[[Recorder, UUID, UUID, int], None] = getattr(self, action)
        streams = [self.place.id, self.place.journey]
        with change_set(streams, action="test", actor=system_actor(self.place.id)) as recorder:
            stage_id = list(self.place.stages.values())[stage]
            act(recorder, stage_id, self.place.people[PLAYERS[player]].person_id, number)
            sync_contest(recorder, Stage.objects.get(pk=stage_id))

    def direct(self, recorder: Recorder, stage: UUID, person: UUID, number: int) -> None:
        self.end(recorder, stage, person, number)
        mine = Directorship.objects.filter(stage=stage, person=person, ended_at=None).first()
        if mine:
            recorder.set(mine, accepted_at=recorder.at)
        else:
            self.propose(recorder, stage, person, number, accepted_at=recorder.at)

    def propose(
        self, recorder: Recorder, stage: UUID, person: UUID, number: int, **accepted: Any
    ) -> None:
        if not Directorship.objects.filter(stage=stage, person=person, ended_at=None).exists():
            recorder.add(
                Directorship(
                    stream_id=self.place.journey,
                    stage_id=stage,
                    person_id=person,
                    proposed_at=recorder.at,
                    **accepted,
                )
            )

    def end(self, recorder: Recorder, stage: UUID, person: UUID, number: int) -> None:
        current = Directorship.objects.filter(stage=stage, ended_at=None)
        for row in current.exclude(accepted_at=None):
            recorder.set(row, ended_at=recorder.at, end_reason="relieved")

    def claim(self, recorder: Recorder, stage: UUID, person: UUID, number: int) -> None:
        department = list(self.place.departments.values())[number % 2]
        live = Claim.objects.filter(stage=stage, person=person, ended_at=None)
        if not live.filter(department=department).exists():
            recorder.add(
                Claim(
                    stream_id=self.place.journey,
                    stage_id=stage,
                    person_id=person,
                    department_id=department,
                    kind="disclaimer" if number == -2 else "claim",
                    made_at=recorder.at,
                )
            )

    def withdraw(self, recorder: Recorder, stage: UUID, person: UUID, number: int) -> None:
        for claim in Claim.objects.filter(stage=stage, person=person, ended_at=None)[:1]:
            recorder.set(claim, ended_at=recorder.at, end_reason="withdrawn")

    def deputise(self, recorder: Recorder, stage: UUID, person: UUID, number: int) -> None:
        current = Directorship.objects.filter(stage=stage, ended_at=None)
        for row in current.exclude(accepted_at=None).exclude(person=person):
            recorder.add(
                Deputy(
                    stream_id=self.place.journey,
                    directorship=row,
                    person_id=person,
                    since=self.today + timedelta(days=min(number, 1)),
                    until=self.today + timedelta(days=number + 1),
                )
            )

    def leave(self, recorder: Recorder, stage: UUID, person: UUID, number: int) -> None:
        last_day = None if number == 2 else self.today + timedelta(days=number)
        recorder.set(Person.objects.filter(pk=person)[0], left_on=last_day)

    def move(self, recorder: Recorder, stage: UUID, person: UUID, number: int) -> None:
        last_day = None if number == 2 else self.today + timedelta(days=number)
        recorder.set(Placement.objects.filter(person=person)[0], until=last_day)

    def archive(self, recorder: Recorder, stage: UUID, person: UUID, number: int) -> None:
        department = Department.objects.filter(pk=list(self.place.departments.values())[number])[0]
        recorder.set(department, is_archived=not department.is_archived)

    def sign_out(self, recorder: Recorder, stage: UUID, person: UUID, number: int) -> None:
        members = Member.objects.filter(
            pk__in=Person.objects.filter(pk=person).values("member"), left_at=None
        )
        if number > 0:
            members.update(left_at=timezone.now())
        else:
            users = User.objects.filter(pk__in=members.values("user"))
            users.update(is_active=number < 0)

    def publish(self, recorder: Recorder, stage: UUID, person: UUID, number: int) -> None:
        fields: dict[int, dict[str, Any]] = {
            -2: {"status": "draft"},
            -1: {"status": "retired"},
            0: {"state": "future"},
            1: {"is_template": True},
            2: {"status": "live", "state": "current", "is_template": False},
        }
        recorder.set(Journey.objects.filter(pk=self.place.journey)[0], **fields[number])

    def in_order(self) -> list[StageStanding]:
        rows = {row.stage_id: row for row in self.place.all(StageStanding)}
        return [rows[stage_id] for stage_id in self.place.stages.values()]

    def standings(self) -> dict[str, dict[str, Any]]:
        """Return what the view says, by stage id."""
        return {
            str(row.stage_id): {
                "state": row.state,
                "director": row.director_id and str(row.director_id),
                "absence": row.absence,
                "claimants": sorted(str(person) for person in row.claimants),
            }
            for row in self.place.all(StageStanding)
        }

    def map_ownership(self) -> dict[str, dict[str, Any]]:
        """Return what frontend/src/model/ownership.ts says, by stage id."""
        with tenant_scope([self.place.id]):
            streams = [snapshot(self.place.journey), snapshot(self.place.id)]
        members = Member.objects.filter(workspace=self.place.id).select_related("user")
        absent = [str(m.pk) for m in members if m.left_at is not None or not m.user.is_active]
        records = [record for stream in streams for record in stream["records"]]
        asked = {"records": records, "today": str(self.today), "absent": absent}
        answer = subprocess.run(
            ["node", MAP_OWNERSHIP],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            check=True,
        )
        nobody = {"state": "vacant", "director": None, "absence": None, "claimants": []}
        by_stage = json.loads(answer.stdout)
        return {
            str(stage): {
                name: sorted(value) if name == "claimants" else value
                for name, value in by_stage.get(str(stage), nobody).items()
                if name in nobody
            }
            for stage in self.place.stages.values()
        }

    def check(self) -> None:
        """Compare all results of who is responsible for a stage."""
        standings = self.standings()
        assert self.map_ownership() == standings
        client = service_client(self.place.id)
        for stage_id, standing in standings.items():
            answer = client.get(f"stages/{stage_id}/ownership").json()
            assert answer["claimants"][:1] == [answer["director"]] or not answer["director"]
            assert [answer["state"], answer["director"], sorted(answer["claimants"])] == [
                standing["state"],
                standing["director"],
                standing["claimants"],
            ]
        self.check_pages(standings)
        self.check_flags(standings)

    def check_pages(self, standings: dict[str, dict[str, Any]]) -> None:
        with tenant_scope([self.place.id]):
            tree = journey_tree(self.place.journey)
            recorded = recorded_states(snapshot(self.place.journey)["records"])
            is_counted = Journey.objects.filter(COUNTED, pk=self.place.journey).exists()
        shown = {str(node.stage.pk): node.ownership for node in tree.stages}
        for stage_id, standing in standings.items():
            assert shown[stage_id].state == standing["state"]
            assert shown[stage_id].absence == (standing["absence"] or "")
            assert sorted(str(p.pk) for p in shown[stage_id].claimants) == standing["claimants"]
            # A snapshot doesn't contain who is absent.
            assert recorded.get(stage_id, "vacant") == standing["state"].replace(
                "orphaned", "owned"
            )
        assert {row.is_counted for row in self.place.all(StageStanding)} == {is_counted}
        url = reverse("ownership", args=[self.place.workspace.slug])
        coverage = signed_in(self.world.dana).get(url).context["coverage"]
        states = Counter(row["state"] for row in standings.values()) if is_counted else Counter()
        names = ("owned", "claimed", "vacant", "contested", "orphaned")
        assert [getattr(coverage, name) for name in names] == [states[name] for name in names]

    def check_flags(self, standings: dict[str, dict[str, Any]]) -> None:
        audit.run_audit(self.place.id)
        (journey,) = self.place.all(Journey)
        is_audited = journey.status != "retired" and not journey.is_template
        unsettled = {
            (flag.rule, str(flag.subject_id))
            for flag in self.place.all(Flag)
            if flag.state != "resolved" and flag.rule in ("OWN-01", "OWN-03", "OWN-04")
        }
        assert unsettled == {
            (rule, stage_id)
            for stage_id, standing in standings.items()
            for rule, applies in (
                ("OWN-01", standing["director"] is None),
                ("OWN-03", standing["absence"] is not None),
                ("OWN-04", standing["state"] == "contested"),
            )
            if applies and is_audited
        }


ACTIONS = (
    *("direct", "direct", "claim", "claim", "deputise", "leave", "move"),
    *("propose", "end", "withdraw", "archive", "sign_out", "publish"),
)
STEP = st.tuples(st.sampled_from(ACTIONS), st.integers(0, 2), st.integers(0, 2), st.integers(-2, 2))
EVERYTHING = [
    ("direct", 0, 0, 0),
    ("direct", 1, 1, 0),
    ("direct", 2, 2, 0),
    ("claim", 0, 1, 0),
    ("leave", 0, 1, -1),
    ("leave", 0, 2, 1),
    ("claim", 2, 2, 1),
]


@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(STEP, min_size=8, max_size=16))
@example(EVERYTHING)
def test_after_any_history_all_places_agree(db: None, steps: list[tuple[str, int, int, int]]):
    play = Play()
    for step in steps:
        play.step(*step)
    play.check()


def test_the_example_above_has_three_states(db: None):
    """Otherwise, it would prove little."""
    play = Play()
    for step in EVERYTHING:
        play.step(*step)
    assert [row.state for row in play.in_order()] == ["contested", "orphaned", "owned"]


def test_a_stage_is_in_its_state_since(db: None):
    play = Play()
    for step in EVERYTHING:
        play.step(*step)
    contested, orphaned, owned = play.in_order()
    (claim,) = play.place.all(Claim, stage=contested.stage_id)
    (directing,) = play.place.all(Directorship, stage=contested.stage_id)
    assert directing.accepted_at < contested.since == claim.made_at
    assert orphaned.since.date() == play.today  # the day after the last day
    assert owned.since == play.place.all(Directorship, stage=owned.stage_id)[0].accepted_at
    # Two people claim a stage, and then one of them becomes its director.
    play.step("end", 1, 1, 0)
    play.step("claim", 1, 2, 0)
    play.step("claim", 1, 0, 0)
    (second,) = play.place.all(Claim, stage=orphaned.stage_id, person=play.world.alice.person_id)
    assert play.in_order()[1].since == second.made_at
    play.step("direct", 1, 2, 0)
    assert play.in_order()[1].since == second.made_at
    play.step("end", 2, 2, 0)
    play.step("withdraw", 2, 2, 1)
    vacant = play.in_order()[2]
    (past,) = play.place.all(Directorship, stage=owned.stage_id)
    assert (vacant.state, vacant.since) == ("vacant", past.ended_at)
    play.step("claim", 2, 1, 0)
    claimed = play.in_order()[2]
    (claim,) = play.place.all(Claim, stage=owned.stage_id, ended_at=None)
    assert (claimed.state, claimed.since) == ("claimed", claim.made_at)


def test_the_view_has_no_rows_of_other_tenants(world: SampleWorld):
    with tenant_scope([world.twin.id]), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT workspace_id FROM ownership_standing")
        assert cursor.fetchall() == [(world.twin.id,)]
        cursor.execute("SELECT person_id FROM ownership_absence")
        assert world.oscar.person_id not in {person for (person,) in cursor.fetchall()}
    with tenant_scope([world.acme.id]), connection.cursor() as cursor:
        cursor.execute("SELECT person_id, reason FROM ownership_absence")
        assert cursor.fetchall() == [(world.oscar.person_id, "no-department")]


@pytest.mark.parametrize(("by", "column"), [("journey_id", "stream_id"), ("stage_id", "stage_id")])
def test_standings_of_a_page_are_read_by_id(by: str, column: str, db: None):
    ids = [str(uuid7()), str(uuid7())]
    with tenant_scope([uuid7()]), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {STANDINGS_SQL.format(column=by)}", [ids])
        plan = "".join(line for (line,) in cursor.fetchall())
    read_claims = plan.partition(" on ownership_claim claim ")[2].partition("->")[0]
    assert f"({column} = wanted.id)" in read_claims, "not all claims of the workspace"
