"""Claims and disclaimers: statements that a stage does or doesn't belong to a department."""

from django.utils.formats import date_format
from django.utils.translation import gettext

from changes.services import change_set
from core.actors import APPOINT, CLAIM, Actor
from core.errors import Conflict, Forbidden
from core.text import isolated
from journeys.models import Stage
from ownership.access import (
    is_placed_in,
    is_self,
    require_may_answer_for_stages,
    require_no_part,
)
from ownership.contests import sync_contest
from ownership.models import Claim
from ownership.rulings import refused_until
from people.models import Department, Person


def claim_create(
    *,
    stage: Stage,
    person: Person,
    department: Department,
    kind: str,
    statement: str = "",
    actor: Actor,
) -> Claim:
    """Claim or disclaim a stage for a department in which the person is placed today.

    Requires `claim`. Members may claim only for themselves. An actor with `appoint` (an admin, or a
    sync token with `ownership:write`) may also enter other people's claims. Locks the journey's
    stream. Raises Conflict `ruled-against` for 90 days after a ruling against the person, and Conflict
    `ombudsman` if an ombudsman claims a stage. Opens a contest if someone else claims the stage. Logs
    `claim.make` or `disclaimer.make`.
    """
    actor.require(CLAIM)
    if not is_self(actor, person) and not actor.can(APPOINT):
        raise Forbidden(
            gettext(
                "You can only claim a stage for yourself. Ask an admin to enter someone else’s claim."
            )
        )
    with change_set(
        [stage.stream_id], action=f"{kind}.make", actor=actor, undoable=False
    ) as recorder:
        if not is_placed_in(person, department.pk):
            raise Forbidden(
                gettext(
                    "{person} isn’t in {department} today. Choose one of the person’s own "
                    "departments."
                ).format(person=isolated(person.name), department=isolated(department.name))
            )
        if kind == Claim.Kind.CLAIM:
            require_may_answer_for_stages(person)
        stage = recorder.reload(stage)
        until = refused_until(stage, person, recorder.at) if kind == Claim.Kind.CLAIM else None
        if until is not None:
            raise Conflict(
                gettext(
                    "A ruling gave this stage to someone else. {person} can claim it again from {date}. "
                    "Until then, appeal against the ruling."
                ).format(person=isolated(person.name), date=date_format(until)),
                code="ruled-against",
            )
        claim = recorder.add_unique(
            Claim(
                stream_id=stage.stream_id,
                stage=stage,
                kind=kind,
                person=person,
                department=department,
                statement=statement,
                made_at=recorder.at,
            )
        )
        sync_contest(recorder, stage)
        return claim


def claim_withdraw(*, claim: Claim, actor: Actor) -> Claim:
    """Withdraw a claim or disclaimer.

    Requires `appoint`, unless the actor is the claim's person. Logs `claim.withdraw` or
    `disclaimer.withdraw`.
    """
    with change_set(
        [claim.stream_id], action=f"{claim.kind}.withdraw", actor=actor, undoable=False
    ) as recorder:
        claim = recorder.reload(claim)
        if not is_self(actor, claim.person) and not actor.can(APPOINT):
            raise Forbidden(
                gettext("Only {name} or an admin can withdraw this.").format(
                    name=isolated(claim.person.name)
                )
            )
        if not is_self(actor, claim.person):
            require_no_part(actor, claim.stage_id)
        if claim.ended_at:
            raise Conflict(gettext("This has already ended. Reload to see its current state."))
        recorder.set(claim, ended_at=recorder.at, end_reason=Claim.EndReason.WITHDRAWN)
        sync_contest(recorder, claim.stage)
        return claim
