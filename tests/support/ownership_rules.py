"""Rules of the state machine of ownership, a class for each subject beside directorships, claims and contests."""

from collections import Counter
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from changes.models import ChangeSet
from core.tenancy import tenant_scope
from ownership import services
from ownership.event_types import EVENT_TYPES
from ownership.models import Case, CaseAnswer, HandOff, HandOffStanding, Volunteer
from ownership.reorganization_plans import Merge
from tests.support.ownership_machine import FORBIDDEN, INVALID, OwnershipRules, actors, stages
from tests.support.ownership_model import CaseModel
from webhooks.followers import write_deliveries
from webhooks.models import Delivery
from webhooks.services import endpoint_create

ombudsmen = st.sampled_from(("oscar", "oscar", "dana"))
texts = st.sampled_from(("Nobody called her back.",) * 3 + ("",))


class HandOffRules(OwnershipRules):
    """The hand-off from “Choose” to “Buy”: written, changed and signed."""

    @rule(actor=actors, is_complete=st.booleans())
    def write_handoff(self, actor: str, is_complete: bool) -> None:
        model = self.handoff
        code = None
        if actor not in {*model.directors, "dana"}:
            code = FORBIDDEN
        elif not model.is_awake and not model.revision:
            code = "no-handoff-needed"
        elif model.revision:
            code = "one-handoff-per-pair"
        if self.attempt(
            code,
            lambda: services.handoff_create(
                from_stage=self.stage("Choose"),
                to_stage=self.stage("Buy"),
                actor=self.actor(actor),
                **self.handoff_text(is_complete),
            ),
            event="handoff.created",
        ):
            model.revision, model.is_complete = 1, is_complete

    @precondition(lambda self: self.handoff.revision)
    @rule(actor=actors, is_complete=st.booleans())
    def change_handoff(self, actor: str, is_complete: bool) -> None:
        model, row, text = self.handoff, self.written_handoff(), self.handoff_text(is_complete)
        if self.attempt(
            None if actor in {*model.directors, "dana"} else FORBIDDEN,
            lambda: services.handoff_update(handoff=row, actor=self.actor(actor), **text),
            event="handoff.changed",
        ):
            model.revision, model.is_complete = model.revision + 1, is_complete

    @precondition(lambda self: self.handoff.revision)
    @rule(data=st.data(), has_read=st.sampled_from((True, True, True, False)))
    def sign_handoff(self, data: st.DataObject, has_read: bool) -> None:
        model, row = self.handoff, self.written_handoff()
        actor = data.draw(st.sampled_from((*sorted(model.directors), "dana")))
        code = None
        if not model.is_awake:
            code = "handoff-asleep"
        elif actor not in model.directors:
            code = FORBIDDEN
        elif not has_read:
            code = "handoff-changed"
        elif not model.is_complete:
            code = "handoff-incomplete"
        elif model.is_signed_by(actor):
            code = "already-signed"
        revision = row.revision - (not has_read)
        if self.attempt(
            code,
            lambda: services.handoff_sign(handoff=row, revision=revision, actor=self.actor(actor)),
            event="handoff.signed",
        ):
            model.signatures.add(model.signature_of(actor))

    def written_handoff(self) -> HandOff:
        (row,) = self.place.all(HandOff)
        return row

    def handoff_text(self, is_complete: bool) -> dict[str, str]:
        return {
            "exit_criteria": f"The plan is chosen, as in revision {self.handoff.revision + 1}.",
            "entry_criteria": "The address is known." if is_complete else "",
            "forward_service": "Within an hour",
            "return_service": "Within a day",
        }

    @invariant()
    def handoff_stands_as_predicted(self) -> None:
        with tenant_scope([self.place.id]):
            rows = HandOffStanding.objects.filter(journey=self.place.journey)
            states = list(rows.values_list("from_stage", "to_stage", "state"))
        state = self.handoff.state
        pair = (self.place.stages["Choose"], self.place.stages["Buy"])
        assert states == ([(*pair, state)] if state else [])


class VolunteerRules(OwnershipRules):
    """People offer to direct a stage, until they withdraw or somebody accepts to direct it."""

    @rule(stage=stages, actor=actors)
    def volunteer(self, stage: str, actor: str) -> None:
        model = self.model[stage]
        code = None
        if actor in self.gone:
            code = "person-left"
        elif actor == "oscar":
            code = "ombudsman"
        elif len(model.claimants) > 1 or (model.director and model.director not in self.gone):
            code = "no-casting-call"
        elif actor in model.offers:
            code = "one-open-offer-per-person"
        if self.attempt(
            code,
            lambda: services.volunteer_create(stage=self.stage(stage), actor=self.actor(actor)),
            event="volunteer.offered",
        ):
            model.offers.add(actor)

    @precondition(lambda self: self.place.all(Volunteer))
    @rule(data=st.data())
    def withdraw_offer(self, data: st.DataObject) -> None:
        rows = sorted(self.place.all(Volunteer), key=lambda row: row.offered_at)
        row = rows[data.draw(st.integers(0, len(rows) - 1))]
        person = self.names[row.person_id]
        actor = data.draw(st.sampled_from((person, person, "dana")))
        code = None
        if actor != person:
            code = FORBIDDEN
        elif row.ended_at:
            code = "offer-ended"
        if self.attempt(
            code,
            lambda: services.volunteer_withdraw(volunteer=row, actor=self.actor(actor)),
            event="volunteer.withdrawn",
        ):
            self.model[self.stage_names[row.stage_id]].offers.remove(person)

    @invariant()
    def offers_are_as_predicted(self) -> None:
        open_offers = {
            (row.stage_id, self.names[row.person_id])
            for row in self.place.all(Volunteer, ended_at=None)
        }
        assert open_offers == {
            (self.place.stages[stage], person)
            for stage, model in self.model.items()
            for person in model.offers
        }


class CaseRules(OwnershipRules):
    """An ombudsman opens cases about stages. Directors answer, and an ombudsman outside the department closes."""

    def __init__(self) -> None:
        super().__init__()
        self.cases: dict[UUID, CaseModel] = {}

    @rule(stage=stages, actor=ombudsmen, data=st.data(), account=texts)
    def open_case(self, stage: str, actor: str, data: st.DataObject, account: str) -> None:
        department = data.draw(st.sampled_from(sorted(set(self.departments.values()))))
        code = None
        if actor != "oscar":
            code = FORBIDDEN
        elif not account:
            code = INVALID
        if self.attempt(
            code,
            lambda: services.case_open(
                stage=self.stage(stage),
                department=self.place.department(department),
                kind="neglected",
                account=account,
                actor=self.actor(actor),
            ),
            event="case.opened",
            is_repeatable=True,
        ):
            for row in self.place.all(Case):
                self.cases.setdefault(row.pk, CaseModel(stage, department))

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), text=texts)
    def answer_case(self, data: st.DataObject, text: str) -> None:
        row, model = self.draw_case(data)
        director = self.model[model.stage].director
        actor = data.draw(st.sampled_from((director or "dana", "dana", "oscar")))
        code = None
        if actor not in {director, "dana"}:
            code = FORBIDDEN
        elif model.is_closed:
            code = "case-closed"
        elif not text:
            code = INVALID
        if count := self.attempt(
            code,
            lambda: services.case_answer(case=row, text=text, actor=self.actor(actor)),
            event="case.answered",
            is_repeatable=True,
        ):
            model.answers += count

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), actor=ombudsmen, reason=texts)
    def close_case(self, data: st.DataObject, actor: str, reason: str) -> None:
        row, model = self.draw_case(data)
        code = None
        if actor != "oscar":
            code = FORBIDDEN
        elif model.department == self.departments["oscar"]:
            code = "department-concerned"
        elif model.is_closed:
            code = "case-closed"
        elif not reason:
            code = INVALID
        if self.attempt(
            code,
            lambda: services.case_close(
                case=row, outcome="put_right", reason=reason, actor=self.actor(actor)
            ),
            event="case.closed",
        ):
            model.is_closed = True

    def draw_case(self, data: st.DataObject) -> tuple[Case, CaseModel]:
        case_id = list(self.cases)[data.draw(st.integers(0, len(self.cases) - 1))]
        return self.place.read(Case, case_id), self.cases[case_id]

    @invariant()
    def cases_are_as_predicted(self) -> None:
        answers = Counter(row.case_id for row in self.place.all(CaseAnswer))
        assert self.cases == {
            row.pk: CaseModel(
                self.stage_names[row.stage_id],
                self.department_names[row.department_id],
                answers[row.pk],
                is_closed=row.closed_at is not None,
            )
            for row in self.place.all(Case)
        }


class ReorganizationRules(CaseRules):
    """An admin merges two departments, once. People, claims, parties of open contests and open cases follow."""

    is_merged = False

    @precondition(lambda self: not self.is_merged)
    @rule(
        source=st.sampled_from(("Network", "Retail")),
        into=st.sampled_from(("Network", "Retail", "Care")),
        actor=st.sampled_from(("dana", "dana", "alice")),
        is_reviewed=st.sampled_from((True, True, False)),
    )
    def merge_departments(self, source: str, into: str, actor: str, is_reviewed: bool) -> None:
        code = None
        if actor != "dana":
            code = FORBIDDEN
        elif source == into:
            code = INVALID
        elif not is_reviewed:
            code = "reorganization-outdated"
        request = Merge(self.place.department(source), self.place.department(into))
        digest = (
            "" if code else services.reorganization_plan(request, actor=self.actor(actor)).digest
        )
        if self.attempt(
            code,
            lambda: services.departments_merge(
                request=request, reason="One team.", digest=digest, actor=self.actor(actor)
            ),
            event="departments.merged",
            streams=2,
        ):
            self.is_merged = True
            self.follow(source, into)

    def follow(self, source: str, into: str) -> None:
        for places in (self.departments, self.placed):
            places.update({person: into for person, name in places.items() if name == source})
        for stage in self.model.values():
            stage.merge(source, into)
        for case in self.cases.values():
            if case.department == source and not case.is_closed:
                case.department = into


class WebhookRules(OwnershipRules):
    """An endpoint subscribes to all events of ownership but those of flags, which the audit writes."""

    def __init__(self) -> None:
        super().__init__()
        names = [kind.name for kind in EVENT_TYPES if "flag" not in kind.record_types]
        endpoint_create(
            url="https://example.com/hooks", event_types=names, actor=self.actor("dana")
        )
        self.followed = self.position()

    @invariant()
    def there_is_an_event_for_each_transition(self) -> None:
        with tenant_scope([self.place.id]):
            sets = ChangeSet.objects.filter(workspace=self.place.id, feed__gt=self.followed)
            followed = [{"id": str(pk)} for pk in sets.values_list("id", flat=True)]
        write_deliveries(self.place.id, followed)
        self.followed = self.position()
        written = Counter(row.event_type for row in self.place.all(Delivery))
        assert written == self.events
