import re
import threading
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, connections
from django.utils import timezone

from changes.models import Change, ChangeSet, record_types
from changes.ops import parse_ops
from changes.services import apply_ops, change_set
from core.audit_rules import WORKSPACE, Rule, audit_rules
from core.ids import uuid7
from core.tenancy import tenant_scope
from journeys.duplication import journey_duplicate
from journeys.models import Journey, Stage
from ownership import audit
from ownership.models import Contest, Directorship, Flag
from ownership.rules.stage_facts import STAGE_FACTS
from ownership.services import (
    appointment_create,
    claim_create,
    claim_withdraw,
    deputy_create,
    directorship_accept,
    directorship_propose,
    flag_dismiss,
)
from tests.support.contests import the_contest
from tests.support.factories import SampleWorld, write
from tests.support.log_invariants import checking_log
from tests.support.people import write_role


def flags(world: SampleWorld, rule: str = "", **filters) -> list[Flag]:
    wanted = {"rule": rule} if rule else {}
    return world.acme.all(Flag, **wanted, **filters)


def open_subjects(world: SampleWorld, rule: str) -> set[UUID]:
    return {f.subject_id for f in flags(world, rule, state__in=["open", "acknowledged"])}


def stage(world: SampleWorld, name: str = "Buy") -> Stage:
    return world.acme.read(Stage, world.acme.stages[name])


def make_director(world: SampleWorld, who: str, name: str = "Buy") -> Directorship:
    row = directorship_propose(
        stage=stage(world, name), person=getattr(world, who).person, actor=world.dana.actor
    )
    return directorship_accept(directorship=row, actor=getattr(world, who).actor)


def claim(world: SampleWorld, who: str, department: str, kind: str = "claim", name: str = "Buy"):
    return claim_create(
        stage=stage(world, name),
        person=getattr(world, who).person,
        department=world.acme.department(department),
        kind=kind,
        actor=getattr(world, who).actor,
    )


class TestVacant:
    def test_a_stage_without_director_is_critical_on_a_live_journey(self, world: SampleWorld):
        audit.run_audit(world.acme.id)
        found = flags(world, "OWN-01")
        assert {f.subject_id for f in found} == set(world.acme.stages.values())
        assert {f.severity for f in found} == {"critical"}

    def test_a_claimed_stage_warns(self, world: SampleWorld):
        claim(world, "frank", "Network")
        audit.run_audit(world.acme.id)
        severities = {f.subject_id: f.severity for f in flags(world, "OWN-01")}
        assert severities.pop(world.acme.stages["Buy"]) == "warn"
        assert set(severities.values()) == {"critical"}

    def test_an_accepted_directorship_resolves_it(self, world: SampleWorld):
        audit.run_audit(world.acme.id)
        make_director(world, "frank")
        with checking_log(world.acme.id):
            run = audit.run_audit(world.acme.id)
        assert run.rules["OWN-01"]["resolved"] == 1
        assert world.acme.stages["Buy"] not in open_subjects(world, "OWN-01")

    def test_a_draft_warns_and_a_retired_journey_is_silent(self, world: SampleWorld):
        for status, severities in (("draft", {"warn"}), ("retired", set())):
            write(world, Journey, world.acme.journey, status=status)
            audit.run_audit(world.acme.id)
            live = flags(world, "OWN-01", state="open")
            assert {f.severity for f in live} == severities


class TestUnaccepted:
    def test_an_old_proposal_warns(self, world: SampleWorld):
        row = directorship_propose(
            stage=stage(world), person=world.frank.person, actor=world.dana.actor
        )
        audit.run_audit(world.acme.id)
        assert open_subjects(world, "OWN-02") == set()
        write(world, Directorship, row.pk, proposed_at=timezone.now() - timedelta(days=15))
        audit.run_audit(world.acme.id)
        assert open_subjects(world, "OWN-02") == {world.acme.stages["Buy"]}


class TestOrphaned:
    def leave(self, world: SampleWorld):
        apply_ops(
            world.acme.id,
            parse_ops(
                [
                    {
                        "op": "set",
                        "type": "person",
                        "id": str(world.frank.person_id),
                        "fields": {"left_on": "2026-01-31"},
                    }
                ]
            ),
            actor=world.dana.actor,
        )

    def test_a_director_who_left_orphans_the_stage(self, world: SampleWorld):
        make_director(world, "frank")
        audit.run_audit(world.acme.id)
        assert open_subjects(world, "OWN-03") == set()
        self.leave(world)
        audit.run_audit(world.acme.id)
        assert open_subjects(world, "OWN-03") == {world.acme.stages["Buy"]}

    def test_a_deputy_stands_in(self, world: SampleWorld):
        row = make_director(world, "frank")
        deputy_create(
            directorship=row,
            person=world.alice.person,
            since=timezone.now().date(),
            actor=world.frank.actor,
        )
        self.leave(world)
        audit.run_audit(world.acme.id)
        assert open_subjects(world, "OWN-03") == set()

    def test_a_director_in_no_department_orphans_the_stage(self, world: SampleWorld):
        write_role(world.oscar, "viewer")
        make_director(world, "oscar")
        audit.run_audit(world.acme.id)
        assert open_subjects(world, "OWN-03") == {world.acme.stages["Buy"]}


class TestContested:
    def test_two_claims_of_different_persons(self, world: SampleWorld):
        claim(world, "alice", "Retail")
        audit.run_audit(world.acme.id)
        assert open_subjects(world, "OWN-04") == set()
        theirs = claim(world, "frank", "Network")
        audit.run_audit(world.acme.id)
        assert open_subjects(world, "OWN-04") == {world.acme.stages["Buy"]}
        claim_withdraw(claim=theirs, actor=world.frank.actor)
        audit.run_audit(world.acme.id)
        assert open_subjects(world, "OWN-04") == set()

    def test_a_directorship_counts_as_its_holders_claim(self, world: SampleWorld):
        make_director(world, "frank")
        claim(world, "frank", "Network")
        audit.run_audit(world.acme.id)
        assert open_subjects(world, "OWN-04") == set()
        claim(world, "alice", "Retail")
        audit.run_audit(world.acme.id)
        assert open_subjects(world, "OWN-04") == {world.acme.stages["Buy"]}

    def test_it_turns_critical_after_some_days(self, world: SampleWorld):
        for who, department in (("alice", "Retail"), ("frank", "Network")):
            claim(world, who, department)
        long_ago = timezone.now() - timedelta(days=31)
        write(world, Contest, the_contest(world).pk, opened_at=long_ago)
        audit.run_audit(world.acme.id)
        assert [f.severity for f in flags(world, "OWN-04")] == ["critical"]


class TestDisowned:
    def test_an_involved_department_disclaims_and_nobody_else_claims(self, world: SampleWorld):
        claim(world, "frank", "Network", "disclaimer")
        audit.run_audit(world.acme.id)
        assert open_subjects(world, "OWN-05") == {world.acme.stages["Buy"]}
        claim(world, "alice", "Retail")
        audit.run_audit(world.acme.id)
        assert open_subjects(world, "OWN-05") == set()

    def test_a_department_that_is_not_involved_does_not_count(self, world: SampleWorld):
        claim(world, "frank", "Network", "disclaimer", name="Choose")
        audit.run_audit(world.acme.id)
        assert open_subjects(world, "OWN-05") == set()


class TestOffices:
    def test_no_producer_is_critical_and_no_sponsor_a_warning(self, world: SampleWorld):
        journey = world.acme.read(Journey, world.acme.journey)
        audit.run_audit(world.acme.id)
        assert [f.severity for f in flags(world, "OWN-12")] == ["critical"]
        appointment_create(
            journey=journey, office="producer", person=world.alice.person, actor=world.dana.actor
        )
        audit.run_audit(world.acme.id)
        assert [f.severity for f in flags(world, "OWN-12")] == ["warn"]
        appointment_create(
            journey=journey, office="sponsor", person=world.erin.person, actor=world.dana.actor
        )
        audit.run_audit(world.acme.id)
        assert [f.state for f in flags(world, "OWN-12")] == ["resolved"]


class TestImportConflict:
    def report(self, world: SampleWorld, owner: str):
        world.acme.edit(
            {
                "op": "set",
                "type": "touchpoint",
                "id": str(world.acme.touchpoints["Signs"]),
                "fields": {"reported_owner": owner},
            }
        )
        audit.run_audit(world.acme.id)
        return open_subjects(world, "OWN-13")

    def test_an_unknown_owner_is_a_conflict(self, world: SampleWorld):
        assert self.report(world, "team-checkout") == {world.acme.touchpoints["Signs"]}

    @pytest.mark.parametrize("owner", ["frank", "FRANK@acme.test", "network"])
    def test_a_known_owner_is_none_until_the_director_differs(self, world: SampleWorld, owner: str):
        assert self.report(world, owner) == set()
        make_director(world, "frank")
        audit.run_audit(world.acme.id)
        assert open_subjects(world, "OWN-13") == set()

    def test_another_than_the_director_is_a_conflict(self, world: SampleWorld):
        make_director(world, "frank")
        assert self.report(world, "Alice") == {world.acme.touchpoints["Signs"]}
        assert flags(world, "OWN-13")[0].evidence["why"] == "differs"


def test_a_touchpoint_in_the_lane_unassigned_warns(world: SampleWorld):
    audit.run_audit(world.acme.id)
    assert open_subjects(world, "OWN-18") == {world.acme.touchpoints["Calls the hotline"]}


@pytest.mark.parametrize("rule", audit_rules().values(), ids=lambda rule: rule.code)
def test_a_rule_names_all_types_that_it_reads(rule: Rule, db):
    sql = rule.sql.replace("audit_stage", STAGE_FACTS)
    tables = set(re.findall(r"\b[a-z]+_[a-z]+\b", sql))
    with connection.cursor() as cursor:
        cursor.execute("SELECT view_name, table_name FROM information_schema.view_table_usage")
        usage = cursor.fetchall()
    for _ in range(2):  # one view reads another
        tables |= {table for view, table in usage if view in tables}
    read = {slug for slug, model in record_types().items() if model._meta.db_table in tables}
    assert read and read <= rule.reads, "a change of another type starts no audit"
    assert rule.subject in {WORKSPACE, *record_types()} and len(rule.code) <= 12


@pytest.mark.parametrize(
    ("code", "table"),
    [("OWN-03", "ownership_claim"), ("OWN-04", "ownership_claim")],
)
def test_a_rule_does_not_read_tables_that_it_does_not_need(code: str, table: str, db):
    parameters = {"streams": None, "now": timezone.now(), "contested_days": 14}
    with tenant_scope([uuid7()]), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {audit_rules()[code].sql}", parameters)
        plan = str(cursor.fetchall())
    assert "ownership_" in plan and table not in plan


class TestLedger:
    def test_running_again_changes_nothing(self, world: SampleWorld):
        with checking_log(world.acme.id):
            first = audit.run_audit(world.acme.id)
        with tenant_scope([world.acme.id]):
            changes = Change.objects.count()
        second = audit.run_audit(world.acme.id)
        with tenant_scope([world.acme.id]):
            assert Change.objects.count() == changes
        opened = {code: rule["opened"] for code, rule in first.rules.items()}
        assert {code: rule["kept"] for code, rule in second.rules.items()} == opened
        assert not any(rule["opened"] or rule["resolved"] for rule in second.rules.values())

    def test_many_at_once_end_in_one_event_each(self, world: SampleWorld):
        def work():
            try:
                audit.run_audit(world.acme.id)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=work) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        audit.run_audit(world.acme.id)
        with tenant_scope([world.acme.id]):
            added = Change.objects.filter(record_type="flag", op="add")
            assert added.count() == Flag.objects.count() == added.distinct().count()
            assert not Change.objects.filter(record_type="flag", op="set").exists()
        assert len(flags(world, "OWN-01", state="open")) == 3

    def test_killed_before_commit_it_leaves_nothing(self, world: SampleWorld, monkeypatch):
        def die(recorder):
            raise RuntimeError("killed")

        monkeypatch.setattr("ownership.audit.flag_sync.apply_diff", die)
        with pytest.raises(RuntimeError):
            audit.run_audit(world.acme.id)
        assert flags(world) == []
        monkeypatch.undo()
        audit.run_audit(world.acme.id)
        assert len(flags(world, "OWN-01")) == 3

    def test_it_locks_a_slice_of_the_streams_at_a_time(self, world: SampleWorld, monkeypatch):
        journey = world.acme.read(Journey, world.acme.journey)
        copies = [
            journey_duplicate(journey=journey, title=kind, kind=kind, actor=world.alice.actor)
            for kind in ("copy", "future")
        ]
        monkeypatch.setattr("ownership.audit.STREAMS_PER_GESTURE", 2)
        with checking_log(world.acme.id):
            run = audit.run_audit(world.acme.id)
        with tenant_scope([world.acme.id]):
            sets = ChangeSet.objects.filter(action="audit.run")
            gestures = Counter(sets.values_list("gesture", flat=True))
        assert sorted(gestures.values()) == [1, 2]
        assert run.rules["OWN-01"]["opened"] == len(flags(world, "OWN-01")) == 9
        assert {flag.stream_id for flag in flags(world, "OWN-18")} == {
            journey.pk,
            *[copy.pk for copy in copies],
        }

    def test_a_resolved_flag_reopens(self, world: SampleWorld):
        audit.run_audit(world.acme.id)
        make_director(world, "frank")
        audit.run_audit(world.acme.id)
        row = world.acme.all(Directorship, ended_at=None)[0]
        from ownership.services import directorship_end

        directorship_end(directorship=row, actor=world.frank.actor)
        with checking_log(world.acme.id):
            run = audit.run_audit(world.acme.id)
        assert run.rules["OWN-01"]["opened"] == 1
        flag = flags(world, "OWN-01", subject_id=world.acme.stages["Buy"])[0]
        assert (flag.state, flag.resolved_at) == ("open", None)

    def dismiss(self, world: SampleWorld) -> Flag:
        flag = flags(world, "OWN-12")[0]
        return flag_dismiss(
            flag=flag,
            reason="Known",
            until=timezone.now() + timedelta(days=30),
            actor=world.erin.actor,
        )

    def test_a_dismissal_holds_until_it_expires(self, world: SampleWorld):
        audit.run_audit(world.acme.id)
        flag = self.dismiss(world)
        audit.run_audit(world.acme.id)
        assert flags(world, "OWN-12")[0].state == "dismissed"
        write(world, Flag, flag.pk, dismissed_until=timezone.now() - timedelta(seconds=1))
        audit.run_audit(world.acme.id)
        assert flags(world, "OWN-12")[0].state == "open"

    def test_a_dismissal_falls_when_severity_rises(self, world: SampleWorld):
        journey = world.acme.read(Journey, world.acme.journey)
        producer = appointment_create(
            journey=journey, office="producer", person=world.alice.person, actor=world.dana.actor
        )
        audit.run_audit(world.acme.id)
        self.dismiss(world)
        from ownership.services import appointment_end

        appointment_end(appointment=producer, actor=world.dana.actor)
        audit.run_audit(world.acme.id)
        assert [(f.state, f.severity) for f in flags(world, "OWN-12")] == [("open", "critical")]

    def test_a_scoped_run_resolves_only_inside_its_scope(self, world: SampleWorld):
        audit.run_audit(world.acme.id)
        make_director(world, "frank")
        audit.run_audit(world.acme.id, [])
        assert len(flags(world, "OWN-01", state="open")) == 3
        audit.run_audit(world.acme.id, [world.acme.journey])
        assert len(flags(world, "OWN-01", state="open")) == 2

    def test_a_rule_that_fails_changes_nothing_and_says_so(self, world: SampleWorld, monkeypatch):
        audit.run_audit(world.acme.id)
        broken = Rule("OWN-01", "x", "x", "stage", frozenset(), "SELECT 1/0, 1, 1, 1")
        monkeypatch.setattr(
            "ownership.audit.audit_rules", lambda: audit_rules() | {"OWN-01": broken}
        )
        run = audit.run_audit(world.acme.id)
        assert run.rules["OWN-01"]["skipped"] == 1
        assert len(flags(world, "OWN-01", state="open")) == 3

    @pytest.mark.parametrize(("slug", "flag_count"), [("note", 3), ("stage", 0)])
    def test_only_a_later_change_that_rules_can_see_postpones_flags(
        self, world: SampleWorld, monkeypatch, slug: str, flag_count: int
    ):
        name = {"note": "Say when", "stage": "Buy"}[slug]
        op = {"op": "set", "type": slug, "id": str(world.acme.id_of(slug, name))}

        def edit_before(*args, **kwargs):
            world.acme.edit(op | {"fields": {"title": "Edited during the audit"}})
            return change_set(*args, **kwargs)

        monkeypatch.setattr(audit, "change_set", edit_before)
        audit.run_audit(world.acme.id)
        assert len(flags(world, "OWN-01")) == flag_count

    def test_the_twin_is_not_touched(self, world: SampleWorld):
        audit.run_audit(world.acme.id)
        assert world.twin.all(Flag) == []
