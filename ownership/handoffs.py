"""Services for hand-offs: write, change and sign them, and record and answer breaches.

All of them lock the journey's stream, and none of their changes can be undone: who disagrees changes the text,
which takes two new signatures.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TypedDict, Unpack
from uuid import UUID

from django.utils.translation import gettext

from changes.services import Recorder, change_set
from core.actors import ANSWER, Actor
from core.errors import Conflict, Forbidden, InvalidRequest, require_text
from journeys.models import Stage
from ownership.access import is_self, may_appoint, require_self
from ownership.models import Breach, Directorship, HandOff, HandOffSignature, HandOffStanding
from workspaces.queries import today_in

State = HandOffStanding.State


class HandOffText(TypedDict):
    """What a hand-off says.

    - `exit_criteria`: what the earlier stage has done before customers leave it.
    - `entry_criteria`: what the later stage needs in order to take them on.
    - `forward_service`: how soon the earlier stage passes customers on.
    - `return_service`: how soon the later stage takes them on, or gives them back.
    """

    exit_criteria: str
    entry_criteria: str
    forward_service: str
    return_service: str


def handoff_create(
    *, from_stage: Stage, to_stage: Stage, actor: Actor, **text: Unpack[HandOffText]
) -> HandOff:
    """Write the hand-off between two adjacent stages with different directors. Returns it, unsigned.

    Allowed for the two directors and for those who may appoint. Raises Conflict `no-handoff-needed` for other
    stages, and InvalidRequest if the stages already have a hand-off. Logs `handoff.create`.
    """
    with _locked(from_stage.stream_id, "handoff.create", actor) as recorder:
        from_stage, to_stage = recorder.reload(from_stage), recorder.reload(to_stage)
        _require_may_edit(actor, from_stage.stream_id, from_stage.pk, to_stage.pk)
        handoff = HandOff(
            stream_id=from_stage.stream_id, from_stage=from_stage, to_stage=to_stage, **text
        )
        standing = _standing(handoff)
        if standing is None:
            raise Conflict(
                gettext(
                    "Only a stage and the next one can have a hand-off, if different people direct them."
                ),
                code="no-handoff-needed",
            )
        return recorder.add_unique(handoff)


def handoff_update(*, handoff: HandOff, actor: Actor, **text: Unpack[HandOffText]) -> HandOff:
    """Change what a hand-off says. If it changes, both signatures become invalid.

    Allowed for the two directors and for those who may appoint. Logs `handoff.update`.
    """
    with _locked(handoff.stream_id, "handoff.update", actor) as recorder:
        handoff = recorder.reload(handoff)
        _require_may_edit(actor, handoff.stream_id, handoff.from_stage_id, handoff.to_stage_id)
        if all(getattr(handoff, name) == value for name, value in text.items()):
            return handoff
        return recorder.set(handoff, revision=handoff.revision + 1, **text)


def handoff_sign(*, handoff: HandOff, revision: int, actor: Actor) -> HandOffSignature:
    """Sign a hand-off as the director of one of its stages. Returns the signature.

    `revision` is the one that the director has read. Raises Conflict `handoff-changed` if it isn't the current
    one, `handoff-incomplete` without both criteria, `handoff-asleep` if the hand-off isn't in force, and
    `already-signed`. Logs `handoff.sign`.
    """
    actor.require(ANSWER)
    with _locked(handoff.stream_id, "handoff.sign", actor) as recorder:
        handoff = recorder.reload(handoff)
        standing = _require_awake(handoff)
        directorship = _own_side(standing, actor)
        if revision != handoff.revision:
            raise Conflict(
                gettext("The hand-off has changed in the meantime. Read it, then sign."),
                code="handoff-changed",
            )
        if not handoff.is_complete:
            raise Conflict(
                gettext("Write the exit criteria and the entry criteria first."),
                code="handoff-incomplete",
            )
        signed = {
            standing.from_directorship_id: standing.from_signed_at,
            standing.to_directorship_id: standing.to_signed_at,
        }
        if signed[directorship.pk]:
            raise Conflict(gettext("You have already signed this hand-off."), code="already-signed")
        return recorder.add(
            HandOffSignature(
                stream_id=handoff.stream_id,
                handoff=handoff,
                directorship=directorship,
                revision=revision,
                signed_at=recorder.at,
            )
        )


def breach_create(
    *,
    handoff: HandOff,
    side: str,
    description: str,
    evidence: str,
    happened_on: date,
    actor: Actor,
) -> Breach:
    """Record that one side didn't keep a hand-off that both have signed. Returns the breach.

    Allowed for the two directors and for those who may appoint. Raises Conflict `handoff-not-agreed` unless both
    have signed, and InvalidRequest without a description or evidence, or for a day in the future. Logs
    `breach.create`.
    """
    actor.require(ANSWER)
    with _locked(handoff.stream_id, "breach.create", actor) as recorder:
        handoff = recorder.reload(handoff)
        _require_may_edit(actor, handoff.stream_id, handoff.from_stage_id, handoff.to_stage_id)
        if actor.member_id is None:
            raise Forbidden(gettext("Only a member can record a breach."))
        if _require_awake(handoff).state != State.AGREED:
            raise Conflict(
                gettext("Only a hand-off that both directors have signed can be breached."),
                code="handoff-not-agreed",
            )
        require_text(description, "/description", gettext("Enter what happened."))
        require_text(evidence, "/evidence", gettext("Enter the evidence, for example a link."))
        if happened_on > today_in(handoff.workspace_id):
            raise InvalidRequest.at(
                "/happened_on",
                "range",
                gettext("This day is in the future. Choose an earlier one."),
            )
        return recorder.add(
            Breach(
                stream_id=handoff.stream_id,
                handoff=handoff,
                side=side,
                description=description,
                evidence=evidence,
                happened_on=happened_on,
                recorded_at=recorder.at,
                recorded_by_id=actor.member_id,
            )
        )


def breach_answer(*, breach: Breach, answer: str, actor: Actor) -> Breach:
    """Answer a breach, as the current director of the side that caused it. Returns the breach.

    Raises Conflict `already-answered`, and InvalidRequest without an answer. Logs `breach.answer`.
    """
    actor.require(ANSWER)
    with _locked(breach.stream_id, "breach.answer", actor) as recorder:
        breach = recorder.reload(breach)
        director = find_director_at_fault(breach)
        if director is None:
            raise Forbidden(gettext("Nobody directs this stage, so nobody can answer."))
        require_self(actor, director.person)
        if breach.answered_at:
            raise Conflict(
                gettext("This breach has already been answered. Reload to see the answer."),
                code="already-answered",
            )
        require_text(answer, "/answer", gettext("Enter an answer. The other side will read it."))
        return recorder.set(breach, answer=answer, answered_at=recorder.at)


def add_unsigned_handoff(recorder: Recorder, from_stage: Stage, to_stage: Stage) -> HandOff:
    """Add an empty hand-off between the two parts of a stage that was split."""
    return recorder.add(
        HandOff(stream_id=from_stage.stream_id, from_stage=from_stage, to_stage=to_stage)
    )


def may_edit_handoff(actor: Actor, journey_id: UUID, *stage_ids: UUID) -> bool:
    """Return whether the actor directs one of the stages, or may appoint directors in the journey.

    Call it inside tenant_scope().
    """
    if actor.member_id is None:
        return may_appoint(actor, journey_id)
    directed = Directorship.objects.filter(
        stage__in=stage_ids,
        accepted_at__isnull=False,
        ended_at=None,
        person__member=actor.member_id,
    )
    return may_appoint(actor, journey_id) or directed.exists()


def find_director_at_fault(breach: Breach) -> Directorship | None:
    """Return the current directorship of the stage that caused a breach, or None. Runs one query."""
    handoff = breach.handoff
    stage_id = handoff.from_stage_id if breach.side == Breach.Side.FROM else handoff.to_stage_id
    return (
        Directorship.objects.filter(stage=stage_id, accepted_at__isnull=False, ended_at=None)
        .select_related("person")
        .first()
    )


@contextmanager
def _locked(stream_id: UUID, action: str, actor: Actor) -> Iterator[Recorder]:
    with change_set([stream_id], action=action, actor=actor, undoable=False) as recorder:
        yield recorder


def _standing(handoff: HandOff) -> HandOffStanding | None:
    """Return where the hand-off between two stages stands, or None if they need none and have none."""
    return (
        HandOffStanding.objects.filter(
            journey=handoff.stream_id,
            from_stage=handoff.from_stage_id,
            to_stage=handoff.to_stage_id,
        )
        .select_related("from_directorship__person", "to_directorship__person")
        .first()
    )


def _require_awake(handoff: HandOff) -> HandOffStanding:
    standing = _standing(handoff)
    if standing is None or standing.state == State.ASLEEP:
        raise Conflict(
            gettext(
                "This hand-off isn’t in force: the stages aren’t next to each other any more, or they don’t "
                "have two directors."
            ),
            code="handoff-asleep",
        )
    return standing


def _own_side(standing: HandOffStanding, actor: Actor) -> Directorship:
    for directorship in (standing.from_directorship, standing.to_directorship):
        if directorship is not None and is_self(actor, directorship.person):
            return directorship
    raise Forbidden(gettext("Only the directors of the two stages can sign this hand-off."))


def _require_may_edit(actor: Actor, journey_id: UUID, *stage_ids: UUID) -> None:
    if not may_edit_handoff(actor, journey_id, *stage_ids):
        raise Forbidden(
            gettext(
                "Only the directors of the two stages, the journey’s producer or sponsor, or an admin can do this."
            )
        )
