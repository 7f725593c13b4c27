"""Rulings that settle contests, and appeals against them.

None of them can be undone: who disagrees appeals. All lock the journey's stream.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext

from changes.services import Recorder, change_set
from core.actors import ANSWER, Actor
from core.errors import Conflict, Forbidden, InvalidRequest, require_text
from journeys.models import Stage, Step
from journeys.services import split_stage
from ownership.access import require_may_answer_for_stages, require_may_rule, require_present
from ownership.contest_facts import contest_facts
from ownership.contests import is_ripe, open_contest, require_open, sync_contest
from ownership.directorships import current_directorship
from ownership.handoffs import add_unsigned_handoff
from ownership.models import Appeal, Claim, Contest, Directorship, Party, Ruling
from people.models import Person

Kind = Ruling.Kind
APPEAL_PERIOD = timedelta(days=14)
"""How long a party may appeal against a ruling."""
REFUSAL_PERIOD = timedelta(days=90)
"""How long a person who was ruled against can't claim the same stage again."""


@dataclass(frozen=True)
class Decision:
    """What a ruling decides.

    - `uphold`: `person`, a party, directs the stage. If they never took part in the contest themselves (others can
      enter claims), they are proposed instead.
    - `split`: `first_step` and the steps after it become a second stage, called `second_title`, which
      `second_person` directs. `person` directs the first. Both are parties.
    - `other`: `person`, who isn't a party, is proposed as director.
    - `nobody`: nobody directs the stage.
    """

    kind: str
    reason: str
    person: Person | None = None
    second_person: Person | None = None
    first_step: Step | None = None
    second_title: str = ""


def contest_rule(*, contest: Contest, decision: Decision, actor: Actor) -> Ruling:
    """Rule on an open contest, which takes effect at once. Returns the ruling.

    Everybody else's claims end, and so does a directorship that isn't upheld. Raises Forbidden for those who
    may not rule (access.ruling_obstacle), Conflict `already-settled` if the contest is settled and `talk-first`
    if it isn't ripe, and InvalidRequest without a reason or for values that don't fit the kind. Logs
    `contest.rule`.
    """
    with change_set(
        [contest.stream_id], action="contest.rule", actor=actor, undoable=False
    ) as recorder:
        contest = recorder.reload(contest)
        require_open(contest)
        member_id = require_may_rule(actor, contest)
        if not is_ripe(contest):
            raise Conflict(
                gettext(
                    "The parties can talk until {date}. Rule after that day, or once all of them have "
                    "asked for a ruling."
                ).format(date=date_format(contest.talk_until)),
                code="talk-first",
            )
        ruling = _rule(recorder, contest, decision, member_id)
        recorder.set(contest, settled_at=recorder.at, outcome=Contest.Outcome.RULED)
        sync_contest(recorder, contest.stage)
        return ruling


def appeal_make(*, ruling: Ruling, grounds: str, actor: Actor) -> Appeal:
    """Appeal against a ruling, as one of its parties. Returns the appeal.

    Each party can appeal once in a contest, within 14 days of the ruling. It stays in effect until the appeal
    is decided. Raises Forbidden, Conflict `appeal-too-late`, `superseded` or `already-appealed`, or
    InvalidRequest without grounds. Logs `appeal.make`.
    """
    actor.require(ANSWER)
    with change_set(
        [ruling.stream_id], action="appeal.make", actor=actor, undoable=False
    ) as recorder:
        ruling = recorder.reload(ruling)
        party = _parties(ruling.contest_id).filter(person__member=actor.member_id).first()
        if party is None or actor.member_id is None:
            raise Forbidden(gettext("Only a party to the contest can appeal."))
        if recorder.at > ruling.ruled_at + APPEAL_PERIOD:
            raise Conflict(
                gettext("An appeal is possible within 14 days of the ruling only."),
                code="appeal-too-late",
            )
        _require_in_effect(ruling)
        if Appeal.objects.filter(ruling__contest=ruling.contest_id, person=party.person).exists():
            raise Conflict(
                gettext("You have already appealed in this contest. Each party can appeal once."),
                code="already-appealed",
            )
        require_text(grounds, "/grounds", gettext("Enter the grounds of your appeal."))
        return recorder.add_unique(
            Appeal(
                stream_id=ruling.stream_id,
                ruling=ruling,
                person=party.person,
                grounds=grounds,
                made_at=recorder.at,
            )
        )


def appeal_reject(*, appeal: Appeal, answer: str, actor: Actor) -> Appeal:
    """Let the ruling stand, with a reason in `answer`. Logs `appeal.reject`.

    Raises the same errors as appeal_grant(), except `superseded`.
    """
    with change_set(
        [appeal.stream_id], action="appeal.reject", actor=actor, undoable=False
    ) as recorder:
        appeal, _contest, _member = _undecided(recorder, appeal, actor)
        return _decide(recorder, appeal, Appeal.Outcome.REJECTED, answer)


def appeal_grant(*, appeal: Appeal, decision: Decision, actor: Actor) -> Appeal:
    """Replace the ruling by another one, like contest_rule(). Logs `appeal.grant`.

    Raises Forbidden for those who may not rule, and for those who ruled on the contest before if somebody else
    may decide; Conflict `already-decided` if the appeal is decided, and `superseded` if the stage has been
    contested, ruled on or taken over by others since.
    """
    with change_set(
        [appeal.stream_id], action="appeal.grant", actor=actor, undoable=False
    ) as recorder:
        appeal, contest, member_id = _undecided(recorder, appeal, actor)
        _require_in_effect(appeal.ruling)
        _rule(recorder, contest, decision, member_id)
        sync_contest(recorder, contest.stage)
        return _decide(recorder, appeal, Appeal.Outcome.GRANTED, decision.reason)


def refused_until(stage: Stage, person: Person, now: datetime) -> datetime | None:
    """Return the time until which a person can't claim a stage, or None.

    The latest ruling counts to which the person was a party. They can't claim the stage for 90 days if it went
    to somebody else. Runs one query. Call it inside tenant_scope().
    """
    ruling = (
        Ruling.objects.filter(
            contest__stage=stage,
            contest__parties__person=person,
            contest__parties__left_at=None,
            ruled_at__gt=now - REFUSAL_PERIOD,
        )
        .order_by("-ruled_at")
        .first()
    )
    if ruling is None or ruling.person_id == person.pk:
        return None
    return ruling.ruled_at + REFUSAL_PERIOD


def _parties(contest_id: UUID) -> QuerySet[Party]:
    """Return the parties who claim the stage, or did when it was ruled on."""
    return Party.objects.filter(contest=contest_id, left_at=None).select_related("person")


def _require_in_effect(ruling: Ruling) -> None:
    """Raise Conflict `superseded` if the stage has been contested, ruled on or taken over by others since."""
    stage_id = ruling.contest.stage_id
    later_rulings = Ruling.objects.filter(contest__stage=stage_id, ruled_at__gt=ruling.ruled_at)
    later_directors = Directorship.objects.filter(
        stage=stage_id, accepted_at__gt=ruling.ruled_at
    ).exclude(person=ruling.person)
    if open_contest(stage_id) or later_rulings.exists() or later_directors.exists():
        raise Conflict(
            gettext(
                "Since this ruling, the stage has been contested, decided or taken over again. The ruling "
                "can no longer be changed by an appeal."
            ),
            code="superseded",
        )


def _undecided(recorder: Recorder, appeal: Appeal, actor: Actor) -> tuple[Appeal, Contest, UUID]:
    appeal = recorder.reload(appeal)
    contest = recorder.reload(appeal.ruling.contest)
    if appeal.decided_at:
        raise Conflict(
            gettext("This appeal has already been decided. Reload to see the decision."),
            code="already-decided",
        )
    return appeal, contest, require_may_rule(actor, contest, is_appeal=True)


def _decide(recorder: Recorder, appeal: Appeal, outcome: str, answer: str) -> Appeal:
    require_text(answer, "/answer", gettext("Enter a reason. The parties will read it."))
    return recorder.set(appeal, decided_at=recorder.at, outcome=outcome, answer=answer)


def _rule(recorder: Recorder, contest: Contest, decision: Decision, member_id: UUID) -> Ruling:
    """Check and add a ruling, and put it into effect."""
    require_text(decision.reason, "/reason", gettext("Enter a reason. The parties will read it."))
    _require_fitting(decision, contest, member_id)
    ruling = recorder.add(
        Ruling(
            stream_id=contest.stream_id,
            contest=contest,
            kind=decision.kind,
            person=decision.person,
            second_person=decision.second_person,
            reason=decision.reason,
            facts=contest_facts(contest),
            ruled_at=recorder.at,
            ruled_by_id=member_id,
        )
    )
    stage = recorder.reload(contest.stage)
    upheld = decision.person if decision.kind in (Kind.UPHOLD, Kind.SPLIT) else None
    _end_claims(recorder, contest, upheld)
    _make_director(recorder, stage, upheld, accepts=_has_consented(contest, upheld))
    if decision.kind == Kind.SPLIT and decision.first_step and decision.second_person:
        second = split_stage(recorder, stage, decision.first_step, decision.second_title)
        accepts = _has_consented(contest, decision.second_person)
        _make_director(recorder, second, decision.second_person, accepts=accepts)
        add_unsigned_handoff(recorder, stage, second)
    if decision.kind == Kind.OTHER and decision.person:
        recorder.add(_directorship(recorder, stage, decision.person))
    return ruling


def _require_fitting(decision: Decision, contest: Contest, member_id: UUID) -> None:
    """Raise InvalidRequest if the values of a decision don't fit its kind, or name the one who rules."""
    parties = set(_parties(contest.pk).values_list("person", flat=True))
    needs_party = decision.kind in (Kind.UPHOLD, Kind.SPLIT)
    if decision.kind not in Kind.values:
        raise InvalidRequest.at("/kind", "choice", gettext("Choose one of the decisions."))
    if (decision.person is None) != (decision.kind == Kind.NOBODY):
        raise InvalidRequest.at("/person", "required", gettext("Choose who directs the stage."))
    if decision.person and needs_party != (decision.person.pk in parties):
        text = (
            gettext("Choose one of the parties.")
            if needs_party
            else gettext("Choose somebody who isn’t a party.")
        )
        raise InvalidRequest.at("/person", "choice", text)
    if decision.person and decision.person.member_id == member_id:
        raise InvalidRequest.at(
            "/person",
            "choice",
            gettext("You can’t give the stage to yourself. Choose someone else."),
        )
    for person in filter(None, (decision.person, decision.second_person)):
        require_present(person)
        require_may_answer_for_stages(person)
    if decision.kind == Kind.SPLIT:
        _require_two_halves(decision, contest, parties)


def _require_two_halves(decision: Decision, contest: Contest, parties: set[UUID]) -> None:
    second, step = decision.second_person, decision.first_step
    if second is None or second.pk not in parties or second == decision.person:
        raise InvalidRequest.at(
            "/second_person", "choice", gettext("Choose another party for the second stage.")
        )
    if step is None or step.stage_id != contest.stage_id:
        raise InvalidRequest.at(
            "/first_step", "choice", gettext("Choose the first step of the second stage.")
        )


def _has_consented(contest: Contest, person: Person | None) -> bool:
    """Return whether a party took part in the contest in person, because others can also enter claims."""
    took_part = Q(stated_at__isnull=False) | Q(asked_at__isnull=False)
    return (
        _parties(contest.pk).filter(took_part, person=person).exists()
        or Appeal.objects.filter(ruling__contest=contest, person=person).exists()
    )


def _end_claims(recorder: Recorder, contest: Contest, upheld: Person | None) -> None:
    """End the parties' claims but those of one person."""
    losing = Claim.objects.filter(
        stage=contest.stage_id,
        kind=Claim.Kind.CLAIM,
        ended_at=None,
        person__in=_parties(contest.pk).values("person"),
    ).exclude(person=upheld)
    ended = {"ended_at": recorder.at, "end_reason": Claim.EndReason.RULED}
    recorder.set_many(Claim, dict.fromkeys(losing.values_list("pk", flat=True), ended))


def _make_director(
    recorder: Recorder, stage: Stage, person: Person | None, *, accepts: bool
) -> None:
    """Let a person direct a stage, or nobody. Ends the other directorship and all proposals.

    The person is only proposed unless `accepts`.
    """
    current = current_directorship(stage)
    going = Directorship.objects.filter(stage=stage, ended_at=None)
    if current is not None and current.person == person:
        going = going.exclude(pk=current.pk)
    ended = {"ended_at": recorder.at, "end_reason": Directorship.EndReason.RULED}
    recorder.set_many(Directorship, dict.fromkeys(going.values_list("pk", flat=True), ended))
    if person is not None and (current is None or current.person != person):
        at = recorder.at if accepts else None
        recorder.add(_directorship(recorder, stage, person, accepted_at=at))


def _directorship(
    recorder: Recorder, stage: Stage, person: Person, accepted_at: datetime | None = None
) -> Directorship:
    return Directorship(
        stream_id=stage.stream_id,
        stage=stage,
        person=person,
        proposed_at=recorder.at,
        accepted_at=accepted_at,
    )
