"""Services for directorships: propose, accept, decline, hand over and end them, and name deputies.

All of these services lock the journey's stream. None of their changes can be undone: instead of undoing an
acceptance, end the directorship. In these docstrings, “those who may appoint” are the actors for whom
access.may_appoint() is true.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Unpack

from django.utils.formats import date_format
from django.utils.translation import gettext

from changes.services import Recorder, change_set
from core.actors import ANSWER, Actor
from core.errors import Conflict, Forbidden, InvalidRequest, require_text
from journeys.models import Stage
from ownership.access import (
    is_self,
    may_appoint,
    require_appoint,
    require_may_answer_for_stages,
    require_no_part,
    require_present,
    require_self,
)
from ownership.contests import sync_contest
from ownership.mandates import Mandate, require_not_ended, require_valid_mandate
from ownership.models import Deputy, Directorship
from people.models import Person
from workspaces.queries import today_in

EndReason = Directorship.EndReason


def directorship_propose(
    *,
    stage: Stage,
    person: Person,
    actor: Actor,
    takes_over: bool = False,
    starts_on: date | None = None,
    handover_reason: str = "",
    **mandate: Unpack[Mandate],
) -> Directorship:
    """Propose a person as director, with a mandate. The person can accept or decline.

    Allowed for those who may appoint. With `takes_over` (a hand-over), the current director may also
    propose a successor, and accepting ends the current directorship in the same gesture. With `starts_on`, the
    hand-over starts when that day begins, and a reason is required. Raises Conflict if the person has left,
    if there is no director to take over from, or `ombudsman` for an ombudsman, and InvalidRequest for a mandate or
    a plan that isn't valid. Logs `directorship.propose`.
    """
    with change_set(
        [stage.stream_id], action="directorship.propose", actor=actor, undoable=False
    ) as recorder:
        stage = recorder.reload(stage)
        current = current_directorship(stage)
        if not (takes_over and current and is_self(actor, current.person)):
            require_appoint(actor, stage.journey_id)
        if takes_over and current is None:
            raise Conflict(
                gettext(
                    "This stage has no director to take over from. Propose without a hand-over."
                )
            )
        require_present(person)
        require_may_answer_for_stages(person)
        require_valid_mandate(person, mandate, starts_on=starts_on)
        if starts_on is not None:
            _require_valid_plan(stage, starts_on, takes_over, handover_reason)
        return recorder.add_unique(
            Directorship(
                stream_id=stage.stream_id,
                stage=stage,
                person=person,
                proposed_at=recorder.at,
                takes_over=current if takes_over else None,
                starts_on=starts_on,
                handover_reason=handover_reason,
                **mandate,
            )
        )


def directorship_accept(*, directorship: Directorship, actor: Actor) -> Directorship:
    """Accept a proposal. Allowed only for the proposed person.

    In a hand-over, the previous directorship ends first. If the hand-over is planned for a later day, the person only
    confirms it, and handovers_start() starts it. Raises Conflict if the proposal was already answered or if someone
    else has confirmed a planned hand-over, and the errors of require_can_start(). Unique constraints also ensure that a
    stage has one director and one confirmed successor. Logs `directorship.accept` or `directorship.confirm`.
    """
    actor.require(ANSWER)
    starts_on = directorship.starts_on  # it never changes
    is_planned = starts_on is not None and starts_on > today_in(directorship.workspace_id)
    action = "directorship.confirm" if is_planned else "directorship.accept"
    with _locked_directorship(directorship, action, actor) as (recorder, mine):
        require_self(actor, mine.person)
        _require_unanswered(mine)
        current = require_can_start(mine)
        if is_planned:
            return recorder.set(mine, confirmed_at=recorder.at)
        start_directorship(recorder, mine, current)
        return mine


def require_can_start(row: Directorship) -> Directorship | None:
    """Return the directorship that ends when a proposal is accepted, or None.

    Raises Conflict if the person has left or is an ombudsman, `term-ended` if the term is over, and
    `stage-has-director` if somebody else directs the stage than the person to take over from.
    """
    require_present(row.person)
    require_may_answer_for_stages(row.person)
    _require_term_not_ended(row)
    current = current_directorship(row.stage)
    if current is not None and row.takes_over_id != current.pk:
        raise Conflict(
            gettext("{name} already directs this stage. Ask for a hand-over.").format(
                name=current.person.name
            ),
            code="stage-has-director",
        )
    return current


def start_directorship(recorder: Recorder, row: Directorship, current: Directorship | None) -> None:
    """End the stage's current directorship, if any, and turn a proposal into the current one."""
    if current is not None:
        # The unique index is checked for each row as it is written: end first, then accept.
        end_directorship(recorder, current, EndReason.HANDED_OVER, row.handover_reason)
    recorder.set(row, accepted_at=recorder.at)
    sync_contest(recorder, row.stage)


def directorship_decline(*, directorship: Directorship, note: str, actor: Actor) -> Directorship:
    """Decline a proposal, with a reason in `note`. Allowed only for the proposed person.

    A confirmed hand-over can be declined until it starts. Raises InvalidRequest if the reason is blank. Logs
    `directorship.decline`.
    """
    actor.require(ANSWER)
    require_text(note, "/note", gettext("Enter a reason, so that others know what to change."))
    with _locked_directorship(directorship, "directorship.decline", actor) as (recorder, mine):
        require_self(actor, mine.person)
        _require_not_started(mine)
        return end_directorship(recorder, mine, EndReason.DECLINED, note)


def directorship_withdraw(*, directorship: Directorship, actor: Actor) -> Directorship:
    """Withdraw a proposal before it is accepted, or a planned hand-over before it starts.

    Allowed for those who may appoint and, in a hand-over, for the current director. Logs `directorship.withdraw`.
    """
    with _locked_directorship(directorship, "directorship.withdraw", actor) as (recorder, row):
        current = row.takes_over
        if not (current and current.is_current and is_self(actor, current.person)):
            require_appoint(actor, row.stage.journey_id)
        _require_not_started(row)
        return end_directorship(recorder, row, EndReason.WITHDRAWN)


def directorship_end(*, directorship: Directorship, note: str = "", actor: Actor) -> Directorship:
    """End a directorship, with an optional reason in `note`.

    The director can step down, and those who may appoint can relieve the director. Raises Conflict
    if the directorship isn't current. Logs `directorship.end`.
    """
    with _locked_directorship(directorship, "directorship.end", actor) as (recorder, row):
        resigns = is_self(actor, row.person)
        if not resigns:
            require_appoint(actor, row.stage.journey_id)
            require_no_part(actor, row.stage_id)
        if not row.is_current:
            raise Conflict(
                gettext(
                    "This directorship isn’t current, so it can’t be ended. "
                    "Reload to see its current state."
                )
            )
        reason = EndReason.RESIGNED if resigns else EndReason.RELIEVED
        end_directorship(recorder, row, reason, note)
        sync_contest(recorder, row.stage)
        return row


def deputy_create(
    *,
    directorship: Directorship,
    person: Person,
    since: date,
    until: date | None = None,
    actor: Actor,
) -> Deputy:
    """Name a deputy, who acts for the director while the director is unavailable.

    Allowed for the director and for those who may appoint. Raises InvalidRequest if the term ends
    before it starts, or if the deputy is the director, and Conflict if the directorship has ended or
    the person has left. Logs `deputy.name`.
    """
    if until is not None and until < since:
        raise InvalidRequest.at(
            "/until", "range", gettext("The end is before the start. Choose a later date.")
        )
    with _locked_directorship(directorship, "deputy.name", actor) as (recorder, row):
        _require_director_or_appoint(actor, row)
        require_not_ended(row)
        require_present(person)
        if person.pk == row.person_id:
            raise InvalidRequest.at(
                "/person",
                "choice",
                gettext("Directors can’t be their own deputy. Choose someone else."),
            )
        return recorder.add_unique(
            Deputy(
                stream_id=row.stream_id, directorship=row, person=person, since=since, until=until
            )
        )


def deputy_end(*, deputy: Deputy, actor: Actor) -> Deputy:
    """End a deputy's term today. A term that starts later ends on its first day.

    Allowed for the deputy, the director and those who may appoint. Raises Conflict if the term has
    already ended. Logs `deputy.end`.
    """
    with change_set(
        [deputy.stream_id], action="deputy.end", actor=actor, undoable=False
    ) as recorder:
        deputy = recorder.reload(deputy)
        if not is_self(actor, deputy.person):
            _require_director_or_appoint(actor, deputy.directorship)
        today = today_in(deputy.workspace_id)
        if deputy.until is not None and deputy.until < today:
            raise Conflict(
                gettext("This deputy’s term has already ended. Reload to see its current state.")
            )
        return recorder.set(deputy, until=max(today, deputy.since))


@contextmanager
def _locked_directorship(
    directorship: Directorship, action: str, actor: Actor
) -> Iterator[tuple[Recorder, Directorship]]:
    """Open change_set() on the journey. Yield the recorder and the directorship's current row."""
    with change_set(
        [directorship.stream_id], action=action, actor=actor, undoable=False
    ) as recorder:
        yield recorder, recorder.reload(directorship)


def current_directorship(stage: Stage) -> Directorship | None:
    """Return a stage's current directorship with its person. Call it inside tenant_scope()."""
    return (
        Directorship.objects.filter(stage=stage.pk, accepted_at__isnull=False, ended_at=None)
        .select_related("person")
        .first()
    )


def end_directorship(
    recorder: Recorder, row: Directorship, reason: str, note: str = ""
) -> Directorship:
    """End a directorship or a proposal."""
    return recorder.set(row, ended_at=recorder.at, end_reason=reason, end_note=note)


def _require_valid_plan(stage: Stage, starts_on: date, takes_over: bool, reason: str) -> None:
    """Raise InvalidRequest unless a plan is for a hand-over, starts after today, and has a reason."""
    if not takes_over:
        raise InvalidRequest.at(
            "/starts_on", "choice", gettext("Only a hand-over can start on a later day.")
        )
    if starts_on <= today_in(stage.workspace_id):
        raise InvalidRequest.at(
            "/starts_on",
            "range",
            gettext("Choose a day after today, or leave the day empty to hand over on acceptance."),
        )
    require_text(reason, "/handover_reason", gettext("Enter the reason for the hand-over."))


def _require_unanswered(row: Directorship) -> None:
    _require_not_started(row)
    if row.confirmed_at:
        raise Conflict(
            gettext("You’ve already confirmed this hand-over. It starts automatically on its day."),
            code="already-answered",
        )


def _require_not_started(row: Directorship) -> None:
    if row.accepted_at or row.ended_at:
        raise Conflict(
            gettext("This proposal has already been answered. Reload to see its current state."),
            code="already-answered",
        )


def _require_term_not_ended(row: Directorship) -> None:
    if row.term_until is not None and row.term_until < today_in(row.workspace_id):
        raise Conflict(
            gettext("The term ended on {date}. Ask for another proposal.").format(
                date=date_format(row.term_until)
            ),
            code="term-ended",
        )


def _require_director_or_appoint(actor: Actor, row: Directorship) -> None:
    if not is_self(actor, row.person) and not may_appoint(actor, row.stage.journey_id):
        raise Forbidden(
            gettext(
                "Only the director, the journey’s producer or sponsor, or an admin can do this."
            )
        )
