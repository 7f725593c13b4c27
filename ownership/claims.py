"""Claims and disclaimers: a person's word, for a department, about a stage."""

from changes.services import change_set
from core.actors import APPOINT, CLAIM, Actor
from core.errors import Conflict, Forbidden
from core.text import isolated
from journeys.models import Stage
from ownership.access import is_placed_in, is_self
from ownership.models import Claim
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
    """Claim or disclaim a stage for a department the person is placed in today.

    Members speak for themselves. Who has `appoint` (an admin, a sync token with
    `ownership:write`) may also enter what others said. Locks the journey's stream; logs
    `claim.make`.
    """
    actor.require(CLAIM)
    if not is_self(actor, person) and not actor.can(APPOINT):
        raise Forbidden("You can claim for yourself only.")
    with change_set(
        [stage.stream_id], action=f"{kind}.make", actor=actor, undoable=False
    ) as recorder:
        if not is_placed_in(person, department.pk):
            raise Forbidden(
                f"{isolated(person.name)} is not in {isolated(department.name)}, "
                "and so cannot speak for it."
            )
        return recorder.add_unique(
            Claim(
                stream_id=stage.stream_id,
                stage=recorder.reload(stage),
                kind=kind,
                person=person,
                department=department,
                statement=statement,
                made_at=recorder.at,
            )
        )


def claim_withdraw(*, claim: Claim, actor: Actor) -> Claim:
    """Take a claim or disclaimer back; by its person or who has `appoint`."""
    with change_set(
        [claim.stream_id], action=f"{claim.kind}.withdraw", actor=actor, undoable=False
    ) as recorder:
        claim = recorder.reload(claim)
        if not is_self(actor, claim.person) and not actor.can(APPOINT):
            raise Forbidden(f"Only {isolated(claim.person.name)} can withdraw this.")
        if claim.withdrawn_at:
            raise Conflict("This was withdrawn already.")
        return recorder.set(claim, withdrawn_at=recorder.at)
