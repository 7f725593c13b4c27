"""The rules about directors' fit, load and mandate, and about broken, neglected and grabbed stages."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.utils import timezone

from changes.followers import run_followers
from core.ids import uuid7
from core.tenancy import set_tenant_scope
from journeys.duplication import journey_duplicate
from journeys.models import Journey, Lane, Measure, Stage, Step
from ownership import audit
from ownership.models import Claim, Directorship, Flag
from ownership.services import (
    attestation_make,
    claim_create,
    directorship_accept,
    directorship_propose,
    thresholds_update,
)
from people.models import Placement
from tests.support.factories import SampleWorld, write
from tests.support.people import write_role
from touchpoints.models import Promise, Touchpoint
from workspaces.access import system_actor

RECORD_TABLES = (
    "journeys_stage",
    "journeys_step",
    "journeys_measure",
    "touchpoints_touchpoint",
    "touchpoints_promise",
    "ownership_directorship",
)


def direct(world: SampleWorld, who: str, name: str, rights: str = "Decides.") -> Directorship:
    row = directorship_propose(
        stage=world.acme.read(Stage, world.acme.stages[name]),
        person=getattr(world, who).person,
        decision_rights=rights,
        actor=world.dana.actor,
    )
    return directorship_accept(directorship=row, actor=getattr(world, who).actor)


def claim(world: SampleWorld, stage: Stage, who: str = "erin", department: str = "Care") -> None:
    claim_create(
        stage=stage,
        person=getattr(world, who).person,
        department=world.acme.department(department),
        kind="claim",
        actor=getattr(world, who).actor,
    )


def stages(world: SampleWorld, *names: str) -> set[UUID]:
    return {world.acme.stages[name] for name in names}


def found(world: SampleWorld, code: str) -> set[UUID]:
    """Audit, and return the subjects of the open flags of a rule."""
    audit.run_audit(world.acme.id)
    return {flag.subject_id for flag in world.acme.all(Flag, rule=code, state="open")}


def set_thresholds(world: SampleWorld, **values: int) -> None:
    thresholds_update(workspace=world.acme.workspace, values=values, actor=world.dana.actor)


def age(world: SampleWorld, days: int, tables: tuple[str, ...] = RECORD_TABLES) -> None:
    """Make the records of the workspace look as if they had last been changed `days` earlier."""
    with transaction.atomic(), connection.cursor() as cursor:
        set_tenant_scope([world.acme.id], writing=uuid7())
        for table in tables:
            cursor.execute(
                f"UPDATE {table} SET updated_at = updated_at - make_interval(days => %s)", [days]
            )


def copies(world: SampleWorld, number: int) -> list[Stage]:
    """Publish copies of the journey, and return their stages."""
    journey = world.acme.read(Journey, world.acme.journey)
    actor = system_actor(world.acme.id)
    for n in range(number):
        copy = journey_duplicate(journey=journey, title=f"No. {n}", kind="copy", actor=actor)
        write(world, Journey, copy.pk, status="live")
    return [row for row in world.acme.all(Stage) if row.stream_id != journey.pk]


class TestFit:
    @pytest.mark.parametrize(
        ("who", "name", "absentee", "mismatch"),
        [
            ("alice", "Choose", False, False),  # Retail has all of it
            ("frank", "Choose", True, True),
            ("alice", "Buy", False, True),  # Network has two of three
            ("frank", "Buy", False, False),
            ("frank", "Use", False, False),
            ("oscar", "Choose", False, True),  # Oscar is in no department
        ],
    )
    def test_the_directors_department_is_compared_with_the_touchpoints(
        self, world: SampleWorld, who: str, name: str, absentee: bool, mismatch: bool
    ) -> None:
        write_role(world.oscar, "viewer")
        direct(world, who, name)
        assert bool(found(world, "OWN-06")) is absentee
        assert bool(found(world, "OWN-07")) is mismatch

    def test_the_share_has_a_threshold(self, world: SampleWorld) -> None:
        direct(world, "alice", "Buy")
        set_thresholds(world, majority_percent=67)
        assert found(world, "OWN-07") == set()
        set_thresholds(world, majority_percent=66)
        assert found(world, "OWN-07") == stages(world, "Buy")

    @pytest.mark.parametrize("code", ["OWN-06", "OWN-07", "OWN-08", "OWN-14", "OWN-17"])
    @pytest.mark.parametrize("change", [{"status": "draft"}, {"state": "future"}])
    def test_only_live_journeys_in_their_current_state_count(
        self, world: SampleWorld, code: str, change: dict[str, str]
    ) -> None:
        write(world, Promise, world.acme.promises["A call back"], status="broken")
        direct(world, "frank", "Choose", rights="")
        age(world, 200)
        assert found(world, code)
        journey = world.acme.journey
        assert journey is not None
        write(world, Journey, journey, **change)
        assert found(world, code) == set()


def test_a_director_without_decision_rights_has_only_a_title(world: SampleWorld) -> None:
    direct(world, "frank", "Buy", rights="")
    direct(world, "frank", "Use")
    assert found(world, "OWN-08") == stages(world, "Buy")


def test_who_directs_more_stages_than_the_threshold_is_overloaded(world: SampleWorld) -> None:
    for name in ("Choose", "Buy"):
        direct(world, "frank", name)
    set_thresholds(world, overload_stages=2)
    assert found(world, "OWN-11") == set()
    direct(world, "frank", "Use")
    run_followers(world.acme.id)
    (flag,) = world.acme.all(Flag, rule="OWN-11")
    assert (flag.subject_id, flag.stream_id, flag.state) == (
        world.frank.person_id,
        world.acme.id,
        "open",
    )


def test_an_audit_of_the_directory_reads_all_stages_but_writes_no_other_stream(
    world: SampleWorld,
) -> None:
    for name in ("Choose", "Buy", "Use"):
        direct(world, "frank", name)
    set_thresholds(world, overload_stages=2)
    audit.run_audit(world.acme.id, [world.acme.id])
    assert len(world.acme.all(Flag, rule="OWN-11")) == 1
    assert {flag.stream_id for flag in world.acme.all(Flag)} == {world.acme.id}


class TestBrokenAndUnowned:
    def test_a_broken_promise_or_a_missed_target_needs_a_director(self, world: SampleWorld) -> None:
        assert found(world, "OWN-14") == stages(world, "Buy")  # its measure misses the target
        write(world, Promise, world.acme.promises["A call back"], status="broken")
        assert found(world, "OWN-14") == stages(world, "Buy", "Use")
        direct(world, "frank", "Use")
        write(world, Measure, world.acme.measures["Days of waiting"], value=2)
        assert found(world, "OWN-14") == set()

    def test_a_contested_stage_counts_although_it_has_a_director(self, world: SampleWorld) -> None:
        direct(world, "frank", "Buy")
        assert found(world, "OWN-14") == set()
        claim(world, world.acme.read(Stage, world.acme.stages["Buy"]))
        assert found(world, "OWN-14") == stages(world, "Buy")


class TestNeglected:
    def test_a_change_of_anything_in_the_stage_counts(self, world: SampleWorld) -> None:
        age(world, 181)
        assert found(world, "OWN-17") == stages(world, "Choose", "Buy", "Use")
        write(world, Touchpoint, world.acme.touchpoints["Sees an ad"], notes="Seen again")
        write(world, Measure, world.acme.measures["Days of waiting"], value=5)
        write(world, Promise, world.acme.promises["A call back"], status="kept")
        assert found(world, "OWN-17") == set()

    def test_an_attestation_counts_until_the_threshold(self, world: SampleWorld) -> None:
        row = direct(world, "frank", "Use")
        age(world, 181)
        assert found(world, "OWN-17") == stages(world, "Choose", "Buy", "Use")
        attestation_make(directorship=row, actor=world.frank.actor)
        assert found(world, "OWN-17") == stages(world, "Choose", "Buy")


class TestLandGrab:
    def test_more_claims_than_the_threshold_on_stages_of_others(self, world: SampleWorld) -> None:
        set_thresholds(world, grab_stages=2)
        for name in ("Choose", "Buy"):
            claim(world, world.acme.read(Stage, world.acme.stages[name]))
        assert found(world, "OWN-19") == set()
        claim(world, world.acme.read(Stage, world.acme.stages["Use"]))
        run_followers(world.acme.id)
        assert found(world, "OWN-19") == {world.acme.departments["Care"]}
        oldest = world.acme.all(Claim)[0]
        write(world, Claim, oldest.pk, made_at=timezone.now() - timedelta(days=31))
        assert found(world, "OWN-19") == set()

    def test_claims_on_stages_that_the_department_serves_do_not_count(
        self, world: SampleWorld
    ) -> None:
        set_thresholds(world, grab_stages=1)
        for name in ("Buy", "Use"):
            claim(world, world.acme.read(Stage, world.acme.stages[name]), "frank", "Network")
        assert found(world, "OWN-19") == set()
        for name in ("Buy", "Use"):
            direct(world, "alice", name)
        assert found(world, "OWN-19") == {world.acme.departments["Network"]}


class Expectation:
    """What the rules find, computed in plain Python from all records of the workspace."""

    def __init__(self, world: SampleWorld) -> None:
        today = timezone.localdate()
        rows: Callable[..., list[Any]] = world.acme.all
        live = {row.pk for row in rows(Journey, status="live", state="current", is_template=False)}
        stage_of = {row.pk: row.stage_id for row in rows(Step)}
        department_of = {row.pk: row.department_id for row in rows(Lane)}
        self.placed: dict[UUID, set[UUID]] = {}
        for row in rows(Placement):
            if row.since <= today and (row.until is None or row.until >= today):
                self.placed.setdefault(row.person_id, set()).add(row.department_id)
        self.staff: dict[UUID, Counter[UUID]] = {}
        for row in rows(Touchpoint):
            if department := department_of[row.lane_id]:
                stage = stage_of[row.step_id]
                self.staff.setdefault(stage, Counter())[department] += 1
        self.directors = {
            row.stage_id: row
            for row in rows(Directorship, accepted_at__isnull=False, ended_at=None)
            if row.stream_id in live
        }
        failing = {stage_of[row.tested_in_id] for row in rows(Promise, status="broken")}
        failing |= {stage_of[row.step_id] for row in rows(Measure) if row.is_off_target}
        self.failing = {
            row.pk for row in rows(Stage) if row.pk in failing and row.stream_id in live
        }

    def by_rule(self) -> dict[str, set[UUID]]:
        absentee, mismatch = set(), set()
        for stage, row in self.directors.items():
            own, staff = self.placed.get(row.person_id, set()), self.staff.get(stage, Counter())
            if own and staff and not own & staff.keys():
                absentee.add(stage)
            if any(n / staff.total() > 0.6 and one not in own for one, n in staff.items()):
                mismatch.add(stage)
        load = Counter(row.person_id for row in self.directors.values())
        return {
            "OWN-06": absentee,
            "OWN-07": mismatch,
            "OWN-08": {s for s, row in self.directors.items() if not row.decision_rights},
            "OWN-11": {person for person, n in load.items() if n > 4},
            "OWN-14": self.failing - self.directors.keys(),
        }


def test_the_rules_find_what_plain_python_finds(world: SampleWorld) -> None:
    write_role(world.oscar, "viewer")
    people = ("alice", "bob", "erin", "frank", "oscar")
    everyone = {name: getattr(world, name) for name in people}
    for number, stage in enumerate(copies(world, 6)):
        if number % 5 == 4:
            continue
        who = everyone[people[number * number % 5]]
        row = directorship_propose(
            stage=stage,
            person=who.person,
            decision_rights="Decides." if number % 3 else "",
            actor=world.dana.actor,
        )
        directorship_accept(directorship=row, actor=who.actor)
    for promise in world.acme.all(Promise)[::2]:
        write(world, Promise, promise.pk, status="broken")
    set_thresholds(world, overload_stages=4)
    audit.run_audit(world.acme.id)
    expected = Expectation(world).by_rule()
    flagged = {
        code: {flag.subject_id for flag in world.acme.all(Flag, rule=code)} for code in expected
    }
    assert flagged == expected
    assert all(expected.values()), "each rule has findings"
