"""Propose, accept, decline, hand over, end a directorship; its mandate; its deputies.

All lock the journey's stream. Acceptances cannot be undone by undo: they are ended.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from changes.services import Recorder, change_set
from core.actors import ANSWER, Actor
from core.errors import Conflict, Forbidden, InvalidRequest
from journeys.models import Stage
from ownership.access import is_self, may_appoint, require_appoint, require_present, require_self
from ownership.models import Deputy, Directorship
from people.models import Person
from workspaces.queries import today_in

EndReason = Directorship.EndReason


def directorship_propose(
    *,
    stage: Stage,
    person: Person,
    actor: Actor,
    decision_rights: str = "",
    budget: str = "",
    staff: str = "",
    takes_over: bool = False,
) -> Directorship:
    """Propose a person as director, with the mandate offered; they accept or decline.

    By those who appoint; the present director may propose who takes over. With `takes_over`
    accepting ends the present directorship in the same gesture. Logs `directorship.propose`.
    """
    with change_set(
        [stage.stream_id], action="directorship.propose", actor=actor, undoable=False
    ) as recorder:
        stage = recorder.reload(stage)
        current = _current_directorship(stage)
        if not (takes_over and current and is_self(actor, current.person)):
            require_appoint(actor, stage.journey_id)
        if takes_over and current is None:
            raise Conflict("Nobody directs this stage, so there is nothing to take over.")
        require_present(person)
        return recorder.add_unique(
            Directorship(
                stream_id=stage.stream_id,
                stage=stage,
                person=person,
                decision_rights=decision_rights,
                budget=budget,
                staff=staff,
                proposed_at=recorder.at,
                takes_over=current if takes_over else None,
            )
        )


def directorship_accept(*, directorship: Directorship, actor: Actor) -> Directorship:
    """Accept for oneself; in a hand-over the one before ends first. Logs `directorship.accept`.

    Conflict `stage-has-director` when somebody else directs the stage by now: one director a
    stage, which the database keeps too.
    """
    actor.require(ANSWER)
    with _locked_directorship(directorship, "directorship.accept", actor) as (recorder, mine):
        require_self(actor, mine.person)
        require_present(mine.person)
        _require_unanswered(mine)
        current = _current_directorship(mine.stage)
        if current is not None:
            if mine.takes_over_id != current.pk:
                raise Conflict(
                    f"{current.person.name} directs this stage. It has one director at a time; "
                    "ask for a hand-over.",
                    code="stage-has-director",
                )
            # The unique index looks at each row as it is written: end, then accept.
            _end_directorship(recorder, current, EndReason.HANDED_OVER)
        return recorder.set(mine, accepted_at=recorder.at)


def directorship_decline(
    *, directorship: Directorship, note: str = "", actor: Actor
) -> Directorship:
    """Decline for oneself; the note says why. Logs `directorship.decline`."""
    actor.require(ANSWER)
    with _locked_directorship(directorship, "directorship.decline", actor) as (recorder, mine):
        require_self(actor, mine.person)
        _require_unanswered(mine)
        return _end_directorship(recorder, mine, EndReason.DECLINED, note)


def directorship_withdraw(*, directorship: Directorship, actor: Actor) -> Directorship:
    """Take a proposal back before it is answered; by those who appoint."""
    with _locked_directorship(directorship, "directorship.withdraw", actor) as (recorder, row):
        require_appoint(actor, row.stage.journey_id)
        _require_unanswered(row)
        return _end_directorship(recorder, row, EndReason.WITHDRAWN)


def directorship_end(*, directorship: Directorship, note: str = "", actor: Actor) -> Directorship:
    """End a current directorship: the director steps down, or those who appoint relieve them."""
    with _locked_directorship(directorship, "directorship.end", actor) as (recorder, row):
        resigns = is_self(actor, row.person)
        if not resigns:
            require_appoint(actor, row.stage.journey_id)
        if not row.is_current:
            raise Conflict("This directorship is not current. Ended ones never change.")
        return _end_directorship(
            recorder, row, EndReason.RESIGNED if resigns else EndReason.RELIEVED, note
        )


def mandate_update(
    *, directorship: Directorship, decision_rights: str, budget: str, staff: str, actor: Actor
) -> Directorship:
    """Write what the director may decide, spend and staff; by those who appoint."""
    with _locked_directorship(directorship, "directorship.mandate", actor) as (recorder, row):
        require_appoint(actor, row.stage.journey_id)
        _require_current(row)
        return recorder.set(row, decision_rights=decision_rights, budget=budget, staff=staff)


def deputy_create(
    *,
    directorship: Directorship,
    person: Person,
    since: date,
    until: date | None = None,
    actor: Actor,
) -> Deputy:
    """Name who answers while the director cannot; by the director or those who appoint."""
    if until is not None and until < since:
        raise InvalidRequest.at("/until", "range", "The end lies before the beginning.")
    with _locked_directorship(directorship, "deputy.name", actor) as (recorder, row):
        _require_director_or_appoint(actor, row)
        _require_current(row)
        require_present(person)
        if person.pk == row.person_id:
            raise InvalidRequest.at("/person", "choice", "A director cannot be their own deputy.")
        return recorder.add_unique(
            Deputy(
                stream_id=row.stream_id, directorship=row, person=person, since=since, until=until
            )
        )


def deputy_end(*, deputy: Deputy, actor: Actor) -> Deputy:
    """End a deputy today; by the director, the deputy, or those who appoint."""
    with change_set(
        [deputy.stream_id], action="deputy.end", actor=actor, undoable=False
    ) as recorder:
        deputy = recorder.reload(deputy)
        if not is_self(actor, deputy.person):
            _require_director_or_appoint(actor, deputy.directorship)
        today = today_in(deputy.workspace_id)
        if deputy.until is not None and deputy.until < today:
            raise Conflict("This deputy has ended already.")
        return recorder.set(deputy, until=max(today, deputy.since))


@contextmanager
def _locked_directorship(
    directorship: Directorship, action: str, actor: Actor
) -> Iterator[tuple[Recorder, Directorship]]:
    """Open change_set() on a directorship's journey and hand out the row as it is under the lock."""
    with change_set(
        [directorship.stream_id], action=action, actor=actor, undoable=False
    ) as recorder:
        yield recorder, recorder.reload(directorship)


def _current_directorship(stage: Stage) -> Directorship | None:
    return (
        Directorship.objects.filter(stage=stage.pk, accepted_at__isnull=False, ended_at=None)
        .select_related("person")
        .first()
    )


def _end_directorship(
    recorder: Recorder, row: Directorship, reason: str, note: str = ""
) -> Directorship:
    return recorder.set(row, ended_at=recorder.at, end_reason=reason, end_note=note)


def _require_unanswered(row: Directorship) -> None:
    if row.accepted_at or row.ended_at:
        raise Conflict("This proposal was answered already.", code="already-answered")


def _require_current(row: Directorship) -> None:
    if row.ended_at:
        raise Conflict("This directorship has ended. Ended ones never change.")


def _require_director_or_appoint(actor: Actor, row: Directorship) -> None:
    if not is_self(actor, row.person) and not may_appoint(actor, row.stage.journey_id):
        raise Forbidden("Only the director, or those who appoint, can do this.")
