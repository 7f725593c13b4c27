"""Builds the demo workspaces through the services, as the people who would make each decision."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from changes.ops import parse_ops
from changes.services import apply_ops, change_set
from core.actors import Actor
from core.ids import uuid7
from core.tenancy import tenant_scope
from journey_templates.demo.sign_in import demo_email
from journey_templates.demo.storyboard import draw_storyboard
from journey_templates.ops import build_ops
from journeys.models import Journey, Stage
from journeys.services import write_new_journey
from ownership.models import Appointment, Breach, Claim, Directorship, HandOff, Party, Ruling
from ownership.services import (
    Cell,
    Decision,
    Mandate,
    appeal_make,
    appointment_create,
    attestation_make,
    breach_answer,
    breach_create,
    case_answer,
    case_open,
    claim_create,
    contest_rule,
    directorship_accept,
    directorship_propose,
    handoff_create,
    handoff_sign,
    mandate_agree,
    party_ask,
    party_state,
    responsibilities_update,
    run_audit,
    volunteer_create,
)
from people.models import Department, Person
from people.services import absence_create
from workspaces.access import member_actor, system_actor
from workspaces.models import Member, Role, User, Workspace

STORY_DIR = Path(__file__).parent
JOURNEY_FIELDS = ("title", "summary", "kind", "state", "status")
PLACED_SINCE = "2024-01-15"
PROPOSED_BEFORE = timedelta(days=3)  # the acceptance of a directorship
COMPANY_STORIES = (  # journeys come after those that their steps open or that they pair with
    "number-porting.json",
    "phone-contract.json",
    "broadband-move.json",
    "broadband-move-future.json",
    "hiring.json",
)


def build_demo(password: str) -> list[tuple[str, str, str]]:
    """Build both workspaces. Return (role, name, e-mail address) of one person for each role.

    These are the people to sign in as, for each workspace. The role viewer is left out.
    """
    company = DemoWorkspace("company.json", password)
    for story in COMPANY_STORIES:
        company.create_journey(story)
    company.record_leavers()
    company.record_absences()
    hotel = DemoWorkspace("hotel.json", password)
    hotel.create_journey("hotel-night.json")
    for place in (company, hotel):
        run_audit(place.workspace.id)
    return [sign_in for place in (company, hotel) for sign_in in place.sign_ins()]


class DemoWorkspace:
    """A demo workspace that is being built, with the ids of its records by (type, name)."""

    def __init__(self, story: str, password: str) -> None:
        self.story: dict[str, Any] = _read(story)
        self.workspace = Workspace.objects.create(name=self.story["name"], slug=self.story["slug"])
        self.members: dict[str, Member] = {}
        self.ids: dict[tuple[str, str], UUID] = {}
        self._create_members(password)
        self._write_directory()

    def sign_ins(self) -> list[tuple[str, str, str]]:
        """Return (role, name, e-mail address) of one person for each role except viewer."""
        first: dict[str, tuple[str, str, str]] = {}
        for name, member in self.members.items():
            if member.role != Role.VIEWER:
                first.setdefault(member.role, (member.role, name, member.user.email))
        return list(first.values())

    def create_journey(self, story: str) -> None:
        """Create a journey with its map, appointments, directorships and claims."""
        definition = _read(story)
        producer = self._actor(definition["producer"])
        self.ids["journey", definition["title"]] = journey_id = uuid7()
        about: dict[str, Any] = {
            name: definition[name] for name in JOURNEY_FIELDS if name in definition
        }
        if "pair_of" in definition:
            about["pair_of_id"] = self.ids["journey", definition["pair_of"]]
        with change_set(
            [self.workspace.id], action="journey.create", actor=self.system_actor
        ) as recorder:
            write_new_journey(
                recorder,
                journey_id,
                persona_id=self.ids["persona", definition["persona"]],
                **about,
            )
        drawn = build_ops(definition, self.ids, self._unassigned(journey_id))
        # Don't act as a person who can sign in, because their Undo button would then offer to remove the whole
        # map.
        apply_ops(journey_id, parse_ops(drawn.ops), actor=self.system_actor)
        self._appoint(journey_id, definition)
        for stage in definition["stages"]:
            self._assign_directors(drawn.stages[stage["title"]], stage, producer)
        self._set_responsibilities(journey_id, drawn.stages, definition)
        self._hand_off(drawn.stages, definition)
        draw_storyboard(
            story,
            journey_id=journey_id,
            steps=drawn.steps,
            personas=self._figures(),
            actor=self.system_actor,
        )

    def record_leavers(self) -> None:
        """Record the last days of people who have left. Their stages become orphaned."""
        yesterday = (date.today() - timedelta(days=1)).isoformat()
        ops = [
            {
                "op": "set",
                "type": "person",
                "id": str(self.ids["person", person["name"]]),
                "fields": {"left_on": yesterday},
            }
            for person in self.story["people"]
            if person.get("left")
        ]
        apply_ops(self.workspace.id, parse_ops(ops), actor=self.system_actor)

    def record_absences(self) -> None:
        """Record the story's absences, relative to today, with their stand-ins."""
        for person in self.story["people"]:
            if away := person.get("away"):
                absence_create(
                    person=self._get_person(person["name"]),
                    since=date.today() - timedelta(days=away["since_days"]),
                    until=date.today() + timedelta(days=away["for_days"]),
                    stand_in=self._get_person(away["stand_in"]),
                    actor=self._actor(person["name"]),
                )

    @property
    def system_actor(self) -> Actor:
        return system_actor(self.workspace.id)

    def _figures(self) -> dict[str, dict[str, Any]]:
        """Return the `customData.figure` of each persona, by name."""
        return {
            persona["name"]: {
                "persona": str(self.ids["persona", persona["name"]]),
                "look": persona["figure"],
            }
            for persona in self.story["personas"]
        }

    def _actor(self, name: str) -> Actor:
        return member_actor(self.members[name])

    def _create_members(self, password: str) -> None:
        hashed = make_password(password)
        with transaction.atomic():
            for person in self.story["people"]:
                user = User.objects.create(
                    email=demo_email(person["name"], self.workspace.slug),
                    name=person["name"],
                    password=hashed,
                )
                self.members[person["name"]] = Member.objects.create(
                    workspace=self.workspace, user=user, role=person["role"]
                )

    def _write_directory(self) -> None:
        story = self.story
        ops = [
            self._add("department", department["name"], **department)
            for department in story["departments"]
        ]
        ops += [self._add("channel", channel["name"], **channel) for channel in story["channels"]]
        ops += [self._add("persona", persona["name"], **persona) for persona in story["personas"]]
        for person in story["people"]:
            ops.append(
                self._add(
                    "person",
                    person["name"],
                    name=person["name"],
                    job_title=person["job_title"],
                    email=demo_email(person["name"], self.workspace.slug),
                    member=str(self.members[person["name"]].id),
                )
            )
            if person["department"]:
                ops.append(
                    self._add(
                        "placement",
                        person["name"],
                        person=str(self.ids["person", person["name"]]),
                        department=str(self.ids["department", person["department"]]),
                        since=PLACED_SINCE,
                    )
                )
        apply_ops(self.workspace.id, parse_ops(ops), actor=self.system_actor)

    def _add(self, slug: str, key: str, **fields: Any) -> dict[str, Any]:
        self.ids[slug, key] = uuid7()
        return {"op": "add", "type": slug, "id": str(self.ids[slug, key]), "fields": fields}

    def _unassigned(self, journey_id: UUID) -> UUID:
        with tenant_scope([self.workspace.id]):
            return Journey.objects.filter(id=journey_id).values_list("lanes", flat=True)[0]

    def _get_row(self, model: type[Any], record_id: UUID) -> Any:
        with tenant_scope([self.workspace.id]):
            return model.objects.filter(id=record_id)[0]

    def _get_person(self, name: str) -> Person:
        return self._get_row(Person, self.ids["person", name])

    def _appoint(self, journey_id: UUID, definition: dict[str, Any]) -> None:
        journey = self._get_row(Journey, journey_id)
        for office in Appointment.Office:
            if definition[office]:
                appointment_create(
                    journey=journey,
                    office=office,
                    person=self._get_person(definition[office]),
                    actor=self.system_actor,
                )

    def _assign_directors(
        self, stage_id: UUID, definition: dict[str, Any], producer: Actor
    ) -> None:
        stage = self._get_row(Stage, stage_id)
        if definition["director"]:
            rights, budget, staff = definition["mandate"]
            mandate = Mandate(decision_rights=rights, budget=budget, staff=staff)
            if days := definition.get("interim_days"):
                mandate |= {"is_interim": True, "term_until": date.today() + timedelta(days=days)}
            proposal = directorship_propose(
                stage=stage,
                person=self._get_person(definition["director"]),
                actor=producer,
                **mandate,
            )
            directorship_accept(directorship=proposal, actor=self._actor(definition["director"]))
            if sponsor := definition.get("agreed_by"):
                mandate_agree(directorship=proposal, actor=self._actor(sponsor))
            if handover := definition.get("handover"):
                self._plan_handover(stage, mandate, handover, self._actor(definition["director"]))
            self._attest(proposal, definition)
        for claim in definition.get("claims", []):
            claim_create(
                stage=stage,
                person=self._get_person(claim["person"]),
                department=self._get_row(Department, self.ids["department", claim["department"]]),
                kind=Claim.Kind.CLAIM,
                statement=claim["statement"],
                actor=self._actor(claim["person"]),
            )
        for offer in definition.get("volunteers", []):
            volunteer_create(stage=stage, note=offer["note"], actor=self._actor(offer["person"]))
        self._state_cases(definition)
        if case := definition.get("customer_case"):
            self._open_case(stage, case)

    def _plan_handover(
        self, stage: Stage, mandate: Mandate, definition: dict[str, Any], director: Actor
    ) -> None:
        """Plan a hand-over with the same mandate as the director, and confirm it as the successor."""
        proposal = directorship_propose(
            stage=stage,
            person=self._get_person(definition["to"]),
            takes_over=True,
            starts_on=date.today() + timedelta(days=definition["in_days"]),
            handover_reason=definition["reason"],
            actor=director,
            **mandate,
        )
        directorship_accept(directorship=proposal, actor=self._actor(definition["to"]))

    def _open_case(self, stage: Stage, definition: dict[str, Any]) -> None:
        """Let the ombudsman open a case, and the director answer it, or let it be overdue."""
        case = case_open(
            stage=stage,
            department=self._get_row(Department, self.ids["department", definition["department"]]),
            kind=definition["kind"],
            account=definition["account"],
            evidence=definition["evidence"],
            actor=self._actor(definition["opened_by"]),
        )
        if answer := definition.get("answer"):
            case_answer(case=case, text=answer["text"], actor=self._actor(answer["by"]))
        if days := definition.get("overdue_days"):
            with change_set(
                [case.stream_id], action="case.open", actor=self.system_actor, undoable=False
            ) as recorder:
                recorder.set(
                    recorder.reload(case),
                    opened_at=case.opened_at - timedelta(days=days + 14),
                    due_on=date.today() - timedelta(days=days),
                )

    def _attest(self, directorship: Directorship, definition: dict[str, Any]) -> None:
        """Make the director's attestation, or let it be overdue, if the definition says so."""
        if days := definition.get("accepted_days_ago"):
            accepted_at = timezone.now() - timedelta(days=days)
            with change_set(
                [directorship.stream_id],
                action="directorship.accept",
                actor=self._actor(definition["director"]),
                undoable=False,
            ) as recorder:
                proposed_at = accepted_at - PROPOSED_BEFORE
                recorder.set(
                    recorder.reload(directorship), proposed_at=proposed_at, accepted_at=accepted_at
                )
        if attestation := definition.get("attestation"):
            attestation_make(
                directorship=directorship,
                last_met_customer_on=date.today() - timedelta(days=attestation["met_days_ago"]),
                note=attestation["note"],
                actor=self._actor(definition["director"]),
            )

    def _set_responsibilities(
        self, journey_id: UUID, stages: Mapping[str, UUID], definition: dict[str, Any]
    ) -> None:
        """Give departments and persons, which are named in the definition, their parts in the stages."""
        parts = {
            Cell(
                stages[stage["title"]],
                department_id=self.ids.get(("department", name)),
                person_id=self.ids.get(("person", name)),
            ): part
            for stage in definition["stages"]
            for name, part in stage.get("contributors", {}).items()
        }
        if parts:
            responsibilities_update(journey_id=journey_id, parts=parts, actor=self.system_actor)

    def _state_cases(self, definition: dict[str, Any]) -> None:
        """State the cases of the parties to a contested stage, and ask for a ruling if the definition says so."""
        for case in definition.get("cases", []):
            actor = self._actor(case["person"])
            party = self._get_party(case["person"])
            party_state(
                party=party,
                statement=case["statement"],
                can_change_soon=case["can_change_soon"],
                actor=actor,
            )
            if definition.get("asks_for_ruling"):
                party_ask(party=party, actor=actor)
        if ruling := definition.get("ruling"):
            self._rule(ruling)

    def _rule(self, ruling: dict[str, str]) -> None:
        """Rule for a party to the contest that was opened last, and let the other appeal."""
        person = self._get_person(ruling["for"])
        decided = contest_rule(
            contest=self._get_party(ruling["for"]).contest,
            decision=Decision(Ruling.Kind.UPHOLD, ruling["reason"], person),
            actor=self._actor(ruling["by"]),
        )
        appeal_make(
            ruling=decided, grounds=ruling["grounds"], actor=self._actor(ruling["appealed_by"])
        )

    def _hand_off(self, stages: dict[str, UUID], definition: dict[str, Any]) -> None:
        """Write the hand-offs of a journey, sign them as their directors, and record breaches."""
        for row in definition.get("handoffs", []):
            handoff = handoff_create(
                from_stage=self._get_row(Stage, stages[row["from"]]),
                to_stage=self._get_row(Stage, stages[row["to"]]),
                exit_criteria=row["exit"],
                entry_criteria=row["entry"],
                forward_service=row["forward"],
                return_service=row["return"],
                actor=self._actor(definition["producer"]),
            )
            for name in row["signed_by"]:
                handoff_sign(handoff=handoff, revision=1, actor=self._actor(name))
            if breach := row.get("breach"):
                self._breach(handoff, breach, row["signed_by"])

    def _breach(self, handoff: HandOff, breach: dict[str, str], directors: list[str]) -> None:
        """Record a breach. If the story has an answer, record it as the director of the side at fault."""
        recorded = breach_create(
            handoff=handoff,
            side=breach["side"],
            description=breach["description"],
            evidence=breach["evidence"],
            happened_on=date.today() - timedelta(days=14),
            actor=self._actor(breach["recorded_by"]),
        )
        if "answer" in breach:
            director = directors[0 if breach["side"] == Breach.Side.FROM else 1]
            breach_answer(breach=recorded, answer=breach["answer"], actor=self._actor(director))

    def _get_party(self, person: str) -> Party:
        """Return a person's party in the contest that was opened last."""
        with tenant_scope([self.workspace.id]):
            parties = Party.objects.filter(person=self.ids["person", person])
            return parties.select_related("contest").order_by("-pk")[0]


def _read(story: str) -> dict[str, Any]:
    return json.loads((STORY_DIR / story).read_text())
