"""Contests: opened and closed by what people claim; parties state their cases and may ask for a ruling.

A contest is open exactly where the state of a stage is `contested` (see StageStanding): every service that
changes who claims a stage calls sync_contest() in its gesture, under the same lock.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext

from changes.services import Recorder, change_set
from core.actors import ANSWER, Actor
from core.errors import Conflict
from journeys.models import Stage
from ownership.access import require_self
from ownership.models import Claim, Contest, Directorship, Party
from ownership.thresholds import thresholds
from ownership.volunteers import end_offers
from people.queries import current_placements
from workspaces.queries import today_in, workspace_by_id

Outcome = Contest.Outcome


def sync_contest(recorder: Recorder, stage: Stage) -> None:
    """Open, update or close the contest of a stage after a change of who claims it.

    Opens one if two or more people claim the stage, and closes it if fewer than two still do. A person who
    starts to claim becomes a party; a person who stops has left, and can come back for another department. Offers to
    direct the stage end when somebody accepts the directorship.
    """
    end_offers(recorder, stage)
    claimants = _claimants(stage.pk)
    contest = open_contest(stage.pk)
    if contest is None:
        if len(claimants) > 1:
            _open(recorder, stage, claimants)
        return
    parties = {party.person_id: party for party in Party.objects.filter(contest=contest)}
    for person_id, party in parties.items():
        if person_id not in claimants and party.left_at is None:
            recorder.set(party, left_at=recorder.at)
            _touch(recorder, contest)
        elif person_id in claimants and party.left_at is not None:
            department_id = claimants[person_id].department_id
            recorder.set(party, left_at=None, department_id=department_id)
            _touch(recorder, contest)
    _add_parties(recorder, contest, {k: v for k, v in claimants.items() if k not in parties})
    if len(claimants) < 2:
        recorder.set(contest, settled_at=recorder.at, outcome=Outcome.WITHDRAWN)


def open_contest(stage_id: UUID) -> Contest | None:
    return Contest.objects.filter(stage=stage_id, settled_at=None).first()


def party_state(*, party: Party, statement: str, can_change_soon: str = "", actor: Actor) -> Party:
    """State a party's case in an open contest, or change it. Returns the party.

    Allowed for the party's person. Locks the journey's stream. Logs `party.state`.
    """
    with _own_party(party, "party.state", actor) as (recorder, mine):
        _touch(recorder, mine.contest)
        return recorder.set(
            mine, statement=statement, can_change_soon=can_change_soon, stated_at=recorder.at
        )


def party_ask(*, party: Party, actor: Actor) -> Party:
    """Ask for a ruling before the time to talk is over. Once every party has asked, it can be made.

    Allowed for the party's person. Locks the journey's stream. Logs `party.ask`.
    """
    with _own_party(party, "party.ask", actor) as (recorder, mine):
        return recorder.set(mine, asked_at=mine.asked_at or recorder.at)


def is_ripe(contest: Contest) -> bool:
    """Return whether the contest can be ruled on. Runs at most two queries. Call it inside tenant_scope()."""
    if today_in(contest.workspace_id) > contest.talk_until:
        return True
    return not Party.objects.filter(contest=contest, left_at=None, asked_at=None).exists()


def require_open(contest: Contest) -> None:
    if not contest.is_open:
        raise Conflict(
            gettext("This contest has been settled in the meantime. Reload to see the decision."),
            code="already-settled",
        )


@contextmanager
def _own_party(party: Party, action: str, actor: Actor) -> Iterator[tuple[Recorder, Party]]:
    """Open change_set() on the journey. Yield the recorder and the current row of the actor's own party."""
    actor.require(ANSWER)
    with change_set([party.stream_id], action=action, actor=actor, undoable=False) as recorder:
        party = recorder.reload(party)
        require_self(actor, party.person)
        require_open(recorder.reload(party.contest))
        if party.left_at:
            raise Conflict(gettext("You no longer claim this stage. Claim it again first."))
        yield recorder, party


@dataclass(frozen=True)
class _Claimant:
    """The department that somebody claims a stage for, and what they said then."""

    department_id: UUID | None = None
    statement: str = ""


def _claimants(stage_id: UUID) -> dict[UUID, _Claimant]:
    """Return those who claim a stage by person, the director first.

    A director without a claim answers for the department they are placed in today, if it is only one.
    """
    claimants: dict[UUID, _Claimant] = {}
    director = Directorship.objects.filter(
        stage=stage_id, accepted_at__isnull=False, ended_at=None
    ).first()
    if director is not None:
        placed = current_placements(director.workspace_id).filter(person=director.person_id)
        departments = list(placed.values_list("department", flat=True)[:2])
        only = departments[0] if len(departments) == 1 else None
        claimants[director.person_id] = _Claimant(only)
    claims = Claim.objects.filter(stage=stage_id, kind=Claim.Kind.CLAIM, ended_at=None)
    for claim in claims.order_by("made_at", "pk"):
        if claimants.get(claim.person_id, _Claimant()).statement == "":
            claimants[claim.person_id] = _Claimant(claim.department_id, claim.statement)
    return claimants


def _open(recorder: Recorder, stage: Stage, claimants: dict[UUID, _Claimant]) -> None:
    workspace_id = recorder.actor.workspace_id
    days = thresholds(workspace_by_id(workspace_id))["talk_days"]
    contest = recorder.add(
        Contest(
            stream_id=stage.stream_id,
            stage=stage,
            opened_at=recorder.at,
            changed_at=recorder.at,
            talk_until=today_in(workspace_id) + timedelta(days=days),
        )
    )
    _add_parties(recorder, contest, claimants)


def _touch(recorder: Recorder, contest: Contest) -> None:
    """Give the contest a new version, so that nobody rules without having read a new case (If-Match)."""
    recorder.set(contest, changed_at=recorder.at)


def _add_parties(recorder: Recorder, contest: Contest, claimants: dict[UUID, _Claimant]) -> None:
    """Add parties, whose cases begin with what they said when they claimed the stage."""
    if claimants:
        _touch(recorder, contest)
    recorder.add_many(
        [
            Party(
                stream_id=contest.stream_id,
                contest=contest,
                person_id=person_id,
                department_id=claimant.department_id,
                statement=claimant.statement,
            )
            for person_id, claimant in claimants.items()
        ]
    )
