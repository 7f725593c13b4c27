"""Ownership in any order of actions, against a model in plain Python (tests/support/ownership_model.py).

Each rule calls a service as somebody, and the model predicts whether it is refused, with which code, and who
answers for the stage, who claims it and who is a party afterwards. Every success is one change set in each stream
that it concerns, and one event for webhooks; a refusal is none. Now and then an action is sent twice at once, or its
connection ends just before it is committed.
"""

import os
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core.invariants import invariants, violations
from core.tenancy import tenant_scope
from ownership import audit, services
from ownership.handovers import handovers_start
from ownership.models import (
    Appeal,
    Claim,
    Contest,
    Directorship,
    Flag,
    Party,
    Ruling,
    StageStanding,
)
from ownership.services import Decision
from people.services import person_leave, person_return
from tests.support.log_invariants import check_everything
from tests.support.ownership_machine import (
    CONFLICT,
    FORBIDDEN,
    INVALID,
    PLAYERS,
    actors,
    players,
    stages,
)
from tests.support.ownership_model import ProposalModel
from tests.support.ownership_rules import (
    HandOffRules,
    ReorganizationRules,
    VolunteerRules,
    WebhookRules,
)
from workspaces.queries import today_in

appointers = st.sampled_from(("dana", "dana", "dana", *PLAYERS, "bob"))
RULERS = {"dana", "oscar"}  # the sponsor and the ombudsman
judges = st.sampled_from(("oscar", "oscar", "oscar", "dana", "alice"))


class OwnershipMachine(HandOffRules, VolunteerRules, ReorganizationRules, WebhookRules):
    @initialize(start=st.sampled_from(("empty", "directed", "contested", "ruled")))
    def start(self, start: str) -> None:
        """Start with nothing, with two directors, or also with a contest, before or after its ruling."""
        if start == "empty":
            return
        self.direct_stages()
        if start == "directed":
            return
        for person in ("alice", "frank"):
            self.claim_as("Buy", person, person)
        for person in PLAYERS:
            self.ask_as("Buy", person)
        if start == "ruled":
            self.rule_as("Buy", "frank", "oscar")

    def direct_stages(self) -> None:
        for stage, person in (("Choose", "frank"), ("Buy", "erin")):
            directorship = services.directorship_propose(
                stage=self.stage(stage),
                person=self.place.people[person].person,
                actor=self.actor("dana"),
            )
            services.directorship_accept(directorship=directorship, actor=self.actor(person))
            self.model[stage].accept(person)
            self.events["directorship.proposed"] += 1
        self.feed = self.position()

    def pairs(self, attribute: str) -> list[tuple[str, str]]:
        """Return each stage with each person in an attribute of its model."""
        return [
            (stage, person)
            for stage, model in self.model.items()
            for person in sorted(getattr(model, attribute))
        ]

    def stages_with(self, attribute: str) -> list[str]:
        return [stage for stage, model in self.model.items() if getattr(model, attribute)]

    # -- Directorships

    def open_directorship(self, stage: str, person: str) -> Directorship:
        rows = {"stage": self.place.stages[stage], "ended_at": None}
        (row,) = self.place.all(Directorship, person=self.place.people[person].person_id, **rows)
        return row

    @rule(
        stage=stages,
        person=players,
        actor=appointers,
        takes_over=st.booleans(),
        is_planned=st.booleans(),
    )
    def propose(
        self, stage: str, person: str, actor: str, takes_over: bool, is_planned: bool
    ) -> None:
        model = self.model[stage]
        code = None
        if actor != "dana" and not (takes_over and actor == model.director):
            code = FORBIDDEN
        elif takes_over and model.director is None:
            code = CONFLICT
        elif person in self.gone:
            code = "person-left"
        elif is_planned and not takes_over:
            code = INVALID
        elif person == model.director or person in model.proposed:
            code = "one-open-directorship-per-person"
        if self.attempt(
            code,
            lambda: services.directorship_propose(
                stage=self.stage(stage),
                person=self.place.people[person].person,
                actor=self.actor(actor),
                takes_over=takes_over,
                starts_on=today_in(self.place.id) + timedelta(days=1) if is_planned else None,
                handover_reason="A new team",
            ),
            event="directorship.proposed",
        ):
            takes_over_term = model.term if takes_over else None
            model.proposed[person] = ProposalModel(takes_over_term, is_planned)

    @precondition(lambda self: self.pairs("proposed"))
    @rule(data=st.data())
    def accept(self, data: st.DataObject) -> None:
        stage, person = data.draw(st.sampled_from(self.pairs("proposed")))
        model = self.model[stage]
        proposal = model.proposed[person]
        actor = data.draw(st.sampled_from((person, person, person, "dana")))
        code = None
        if actor != person:
            code = FORBIDDEN
        elif proposal.is_confirmed:
            code = "already-answered"
        elif person in self.gone:
            code = "person-left"
        elif model.has_other_director(person):
            code = "stage-has-director"
        elif proposal.is_planned and model.confirmed:
            code = "one-planned-hand-over-per-stage"
        row = self.open_directorship(stage, person)
        if not self.attempt(
            code,
            lambda: services.directorship_accept(directorship=row, actor=self.actor(actor)),
        ):
            return
        if proposal.is_planned:
            proposal.is_confirmed = True
            self.events["handover.confirmed"] += 1
        else:
            model.accept(person)
            model.sync()

    @precondition(lambda self: self.stages_with("proposed"))
    @rule(again=st.integers(0, 1))
    def start_planned_handovers(self, again: int) -> None:
        for model in self.model.values():
            for person in model.confirmed:
                self.feed += 1
                if person in self.gone or model.has_other_director(person):
                    del model.proposed[person]
                    self.events["handover.lapsed"] += 1
                else:
                    model.accept(person)
                    model.sync()
        for _ in range(1 + again):
            handovers_start(self.place.id, timezone.now() + timedelta(days=2))
        assert self.position() == self.feed

    @precondition(lambda self: self.pairs("proposed"))
    @rule(data=st.data())
    def decline(self, data: st.DataObject) -> None:
        stage, person = data.draw(st.sampled_from(self.pairs("proposed")))
        model = self.model[stage]
        actor = data.draw(st.sampled_from((person, person, "dana")))
        row = self.open_directorship(stage, person)
        if self.attempt(
            None if actor == person else FORBIDDEN,
            lambda: services.directorship_decline(
                directorship=row, note="No time", actor=self.actor(actor)
            ),
            event="directorship.declined",
        ):
            del model.proposed[person]

    @precondition(lambda self: self.stages_with("director"))
    @rule(data=st.data(), actor=actors)
    def end(self, data: st.DataObject, actor: str) -> None:
        stage = data.draw(st.sampled_from(self.stages_with("director")))
        model = self.model[stage]
        row = self.open_directorship(stage, model.director)
        if self.attempt(
            None if actor in {model.director, "dana"} else FORBIDDEN,
            lambda: services.directorship_end(directorship=row, actor=self.actor(actor)),
            event="directorship.ended",
        ):
            model.director = None
            model.sync()

    @precondition(lambda self: self.pairs("open_directorships"))
    @rule(data=st.data(), actor=st.sampled_from(("dana", "dana", "oscar")))
    def agree(self, data: st.DataObject, actor: str) -> None:
        stage, person = data.draw(st.sampled_from(self.pairs("open_directorships")))
        model = self.model[stage]
        holder = model if person == model.director else model.proposed[person]
        code = None
        if actor != "dana":
            code = FORBIDDEN
        elif holder.is_agreed:
            code = "already-agreed"
        row = self.open_directorship(stage, person)
        if self.attempt(
            code,
            lambda: services.mandate_agree(directorship=row, actor=self.actor(actor)),
            event="mandate.agreed",
        ):
            holder.is_agreed = True

    @precondition(lambda self: self.pairs("open_directorships"))
    @rule(data=st.data(), actor=appointers)
    def change_mandate(self, data: st.DataObject, actor: str) -> None:
        stage, person = data.draw(st.sampled_from(self.pairs("open_directorships")))
        model = self.model[stage]
        holder = model if person == model.director else model.proposed[person]
        row, budget = self.open_directorship(stage, person), f"{self.attempts} euros"
        if self.attempt(
            None if actor == "dana" else FORBIDDEN,
            lambda: services.mandate_update(
                directorship=row, budget=budget, actor=self.actor(actor)
            ),
        ):
            holder.is_agreed = False

    # -- Claims

    @rule(stage=stages, person=players, data=st.data())
    def claim(self, stage: str, person: str, data: st.DataObject) -> None:
        self.claim_as(stage, person, data.draw(st.sampled_from((person, person, "dana", "bob"))))

    def claim_as(self, stage: str, person: str, actor: str) -> None:
        model = self.model[stage]
        code = None
        if actor not in {person, "dana"} or person in self.gone:
            code = FORBIDDEN
        elif model.is_refused(person):
            code = "ruled-against"
        elif person in model.claimed:
            code = "one-live-claim-each"
        if self.attempt(
            code,
            lambda: services.claim_create(
                stage=self.stage(stage),
                person=self.place.people[person].person,
                department=self.place.department(self.departments[person]),
                kind="claim",
                actor=self.actor(actor),
            ),
            event="claim.made",
        ):
            model.claimed[person] = self.departments[person]
            model.sync()

    @precondition(lambda self: self.pairs("claimed"))
    @rule(data=st.data(), actor=actors)
    def withdraw_claim(self, data: st.DataObject, actor: str) -> None:
        stage, person = data.draw(st.sampled_from(self.pairs("claimed")))
        model = self.model[stage]
        rows = {"stage": self.place.stages[stage], "ended_at": None}
        (row,) = self.place.all(Claim, person=self.place.people[person].person_id, **rows)
        if self.attempt(
            None if actor in {person, "dana"} else FORBIDDEN,
            lambda: services.claim_withdraw(claim=row, actor=self.actor(actor)),
            event="claim.withdrawn",
        ):
            del model.claimed[person]
            model.sync()

    # -- Contests

    def contest(self, stage: str) -> Contest:
        (row,) = self.place.all(Contest, stage=self.place.stages[stage], settled_at=None)
        return row

    @precondition(lambda self: self.pairs("silent"))
    @rule(data=st.data())
    def ask(self, data: st.DataObject) -> None:
        self.ask_as(*data.draw(st.sampled_from(self.pairs("silent"))))

    def ask_as(self, stage: str, person: str) -> None:
        (party,) = self.place.all(
            Party, contest=self.contest(stage).pk, person=self.place.people[person].person_id
        )
        assert self.attempt(None, lambda: services.party_ask(party=party, actor=self.actor(person)))
        self.model[stage].asked.add(person)

    @precondition(lambda self: self.stages_with("parties"))
    @rule(data=st.data(), winner=st.sampled_from((None, *PLAYERS)), actor=judges)
    def rule_on(self, data: st.DataObject, winner: str | None, actor: str) -> None:
        self.rule_as(data.draw(st.sampled_from(self.stages_with("parties"))), winner, actor)

    def rule_as(self, stage: str, winner: str | None, actor: str) -> None:
        model = self.model[stage]
        code = None
        if actor not in RULERS:
            code = "may-not-rule"
        elif not model.is_ripe:
            code = "talk-first"
        elif winner and winner not in model.parties:
            code = INVALID
        elif winner in self.gone:
            code = "person-left"
        contest, parties = self.contest(stage), set(model.parties)
        if self.attempt(
            code,
            lambda: services.contest_rule(
                contest=contest, decision=self.decision(winner), actor=self.actor(actor)
            ),
        ):
            model.rule(parties, winner, actor)

    def decision(self, winner: str | None) -> Decision:
        kind = "uphold" if winner else "nobody"
        person = self.place.people[winner].person if winner else None
        return Decision(kind, "The queue runs there.", person)

    @precondition(lambda self: self.stages_with("rulings"))
    @rule(data=st.data(), person=st.sampled_from((*PLAYERS, "bob")))
    def appeal(self, data: st.DataObject, person: str) -> None:
        stage = data.draw(st.sampled_from(self.stages_with("rulings")))
        ruling = self.model[stage].rulings[-1]
        code = None
        if person not in ruling.parties:
            code = FORBIDDEN
        elif ruling.is_superseded:
            code = "superseded"
        elif person in ruling.appealed:
            code = "already-appealed"
        rows = self.place.all(Ruling, contest__stage=self.place.stages[stage])
        if self.attempt(
            code,
            lambda: services.appeal_make(
                ruling=max(rows, key=lambda row: row.ruled_at),
                grounds="It runs here.",
                actor=self.actor(person),
            ),
            event="appeal.made",
        ):
            ruling.appealed.add(person)
            ruling.undecided.add(person)

    @precondition(lambda self: self.stages_with("undecided"))
    @rule(
        data=st.data(),
        winner=st.sampled_from((None, *PLAYERS)),
        is_granted=st.booleans(),
        actor=judges,
    )
    def decide_appeal(
        self, data: st.DataObject, winner: str | None, is_granted: bool, actor: str
    ) -> None:
        stage = data.draw(st.sampled_from(self.stages_with("undecided")))
        model = self.model[stage]
        person, ruling = model.undecided[0]
        appeals = self.place.all(
            Appeal,
            ruling__contest__stage=self.place.stages[stage],
            person=self.place.people[person].person_id,
            decided_at=None,
        )
        code = None
        if actor not in (RULERS - ruling.authors or RULERS):
            code = "may-not-rule"
        elif is_granted and ruling.is_superseded:
            code = "superseded"
        elif is_granted and winner and winner not in ruling.parties:
            code = INVALID
        elif is_granted and winner in self.gone:
            code = "person-left"

        def decide() -> Any:
            if is_granted:
                return services.appeal_grant(
                    appeal=appeals[0], decision=self.decision(winner), actor=self.actor(actor)
                )
            return services.appeal_reject(
                appeal=appeals[0], answer="It stands.", actor=self.actor(actor)
            )

        if self.attempt(code, decide, event="appeal.decided"):
            ruling.undecided.remove(person)
            if is_granted:
                model.rule(ruling.parties, winner, actor)
                # Each party can appeal once in a contest, whatever is ruled in it.
                model.rulings[-1].appealed = ruling.appealed
                ruling.authors.add(actor)
                model.rulings[-1].authors = ruling.authors

    # -- People and the audit

    @rule(person=players)
    def leave_or_return(self, person: str) -> None:
        row, admin = self.place.people[person].person, self.actor("dana")
        if person in self.gone:
            assert self.attempt(None, lambda: person_return(person=row, actor=admin))
            self.place_person(person, self.departments[person])
            self.feed += 1
            self.gone.remove(person)
        else:
            yesterday = today_in(self.place.id) - timedelta(days=1)
            assert self.attempt(
                None, lambda: person_leave(person=row, left_on=yesterday, actor=admin)
            )
            self.gone.add(person)
            del self.placed[person]

    @rule(again=st.integers(0, 2))
    def run_audit(self, again: int) -> None:
        audit.run_audit(self.place.id)
        self.feed = self.position()
        for _ in range(again):
            audit.run_audit(self.place.id)
        assert self.position() == self.feed, "an audit that finds the same writes nothing"
        open_flags = {(row.rule, row.subject_id) for row in self.place.all(Flag, state="open")}
        for name, model in self.model.items():
            stage_id = self.place.stages[name]
            assert (("OWN-01", stage_id) in open_flags) == (model.director is None)
            assert (("OWN-04", stage_id) in open_flags) == (len(model.claimants) > 1)
        needs_handoff = self.handoff.is_awake and self.handoff.state != "agreed"
        assert (("OWN-09", self.place.stages["Buy"]) in open_flags) == needs_handoff

    # -- What is true at any time

    @invariant()
    def standing_is_as_predicted(self) -> None:
        names = self.names
        with tenant_scope([self.place.id]):
            standings = {row.stage_id: row for row in StageStanding.objects.all()}
            parties = list(
                Party.objects.filter(contest__settled_at=None, left_at=None).values_list(
                    "contest__stage", "person", "department"
                )
            )
            claims = list(
                Claim.objects.filter(ended_at=None).values_list("stage", "person", "department")
            )
        for stage, model in self.model.items():
            stage_id: UUID = self.place.stages[stage]
            row = standings[stage_id]
            assert names.get(row.director_id) == model.director
            assert {names[person] for person in row.claimants} == model.claimants
            assert (row.state == "contested") == (len(model.claimants) > 1)
            assert self.departments_by_person(parties, stage_id) == model.parties
            assert self.departments_by_person(claims, stage_id) == model.claimed

    def departments_by_person(
        self, rows: list[tuple[UUID, UUID, UUID | None]], stage_id: UUID
    ) -> dict[str, str | None]:
        """Return the departments of those with a row about a stage, by name."""
        return {
            self.names[person]: self.department_names.get(department)
            for stage, person, department in rows
            if stage == stage_id
        }

    def teardown(self) -> None:
        with tenant_scope([self.place.id], snapshot=True):
            assert [(one.invariant.code, one.description) for one in violations(invariants())] == []
        check_everything(self.place.id)


EXAMPLES = os.environ.get("OWNERSHIP_EXAMPLES")
"""How many random examples to try. Without it, the same few are tried each time."""


@pytest.mark.slow
def test_ownership_in_any_order(db: None) -> None:
    run_state_machine_as_test(
        OwnershipMachine,
        settings=settings(
            max_examples=int(EXAMPLES or 6),
            stateful_step_count=40,
            deadline=None,
            derandomize=not EXAMPLES,
            suppress_health_check=list(HealthCheck),
        ),
    )
