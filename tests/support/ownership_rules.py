"""Rules of the state machine of ownership, a class for each subject beside directorships, claims and contests."""

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from core.tenancy import tenant_scope
from ownership import services
from ownership.models import HandOff, HandOffStanding, Volunteer
from tests.support.ownership_machine import FORBIDDEN, STAGES, OwnershipRules, actors, stages


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
        ):
            model.revision, model.is_complete = 1, is_complete

    @precondition(lambda self: self.handoff.revision)
    @rule(actor=actors, is_complete=st.booleans())
    def change_handoff(self, actor: str, is_complete: bool) -> None:
        model, row, text = self.handoff, self.written_handoff(), self.handoff_text(is_complete)
        if self.attempt(
            None if actor in {*model.directors, "dana"} else FORBIDDEN,
            lambda: services.handoff_update(handoff=row, actor=self.actor(actor), **text),
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
        ):
            (stage,) = (name for name in STAGES if self.place.stages[name] == row.stage_id)
            self.model[stage].offers.remove(person)

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
