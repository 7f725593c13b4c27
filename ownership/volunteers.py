"""Services for volunteers, who offer to direct a stage that needs a director."""

from django.db.models import Subquery
from django.utils.translation import gettext

from changes.services import Recorder, change_set
from core.actors import ANSWER, Actor
from core.errors import Conflict, Forbidden
from journeys.models import Stage
from ownership.access import person_of, require_may_answer_for_stages, require_present, require_self
from ownership.models import Directorship, StageStanding, Volunteer
from people.models import Person

State = StageStanding.State
EndReason = Volunteer.EndReason
CASTING_STATES = (State.VACANT, State.CLAIMED, State.ORPHANED)
"""The states in which a stage needs a director, and a proposal doesn't require a ruling."""


def volunteer_create(*, stage: Stage, note: str = "", actor: Actor) -> Volunteer:
    """Offer to direct a stage, as the actor's own person. Requires `answer`.

    Locks the journey's stream. Raises Forbidden if the actor isn't linked to a person. Raises Conflict
    `no-casting-call` if the stage has a present director or is contested, and Conflict `ombudsman` for ombudsmen.
    Logs `volunteer.offer`.
    """
    actor.require(ANSWER)
    with change_set(
        [stage.stream_id], action="volunteer.offer", actor=actor, undoable=False
    ) as recorder:
        person = person_of(actor)
        if person is None:
            raise Forbidden(
                gettext("Your account isn’t linked to a person yet. Ask an admin to link it.")
            )
        stage = recorder.reload(stage)
        require_present(person)
        require_may_answer_for_stages(person)
        if not has_casting_call(stage):
            raise Conflict(
                gettext(
                    "This stage has a director, or several people claim it. Reload to see its "
                    "current state."
                ),
                code="no-casting-call",
            )
        return recorder.add_unique(
            Volunteer(
                stream_id=stage.stream_id,
                stage=stage,
                person=person,
                note=note,
                offered_at=recorder.at,
            )
        )


def volunteer_withdraw(*, volunteer: Volunteer, actor: Actor) -> Volunteer:
    """Withdraw an offer to direct a stage. Allowed only for the person who made it.

    Locks the journey's stream. Raises Conflict `offer-ended` if the offer has ended. Logs `volunteer.withdraw`.
    """
    actor.require(ANSWER)
    with change_set(
        [volunteer.stream_id], action="volunteer.withdraw", actor=actor, undoable=False
    ) as recorder:
        volunteer = recorder.reload(volunteer)
        require_self(actor, volunteer.person)
        if volunteer.ended_at:
            raise Conflict(
                gettext("This offer has already ended. Reload to see its current state."),
                code="offer-ended",
            )
        return recorder.set(volunteer, ended_at=recorder.at, end_reason=EndReason.WITHDRAWN)


def has_casting_call(stage: Stage) -> bool:
    """Return whether a stage needs a director and isn't contested. Call it inside tenant_scope()."""
    return StageStanding.objects.filter(stage=stage.pk, state__in=CASTING_STATES).exists()


def find_open_offer(stage: Stage, person: Person | None) -> Volunteer | None:
    """Return a person's open offer to direct a stage, or None. Call it inside tenant_scope()."""
    return Volunteer.objects.filter(stage=stage.pk, person=person, ended_at=None).first()


def end_offers(recorder: Recorder, stage: Stage) -> None:
    """End the open offers to direct a stage that are older than its current directorship, if it has one."""
    current = Directorship.objects.filter(stage=stage.pk, accepted_at__isnull=False, ended_at=None)
    older = Volunteer.objects.filter(
        stage=stage.pk, ended_at=None, offered_at__lte=Subquery(current.values("accepted_at"))
    )
    ending = {"ended_at": recorder.at, "end_reason": EndReason.DIRECTED}
    recorder.set_many(Volunteer, dict.fromkeys(older.values_list("pk", flat=True), ending))
