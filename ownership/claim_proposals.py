"""Turn claims that nobody disputes into proposals, many at a time."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from changes.services import AlreadyRecorded, change_set, recorded
from core.actors import APPOINT, Actor
from core.errors import Forbidden
from core.ids import uuid7
from core.tenancy import ensure_tenant_scope
from ownership.models import Appointment, Directorship, StageStanding

MAX_STAGES = 200  # per gesture, so that no gesture locks many journeys for long


class ProposalObstacle(TextChoices):
    """Why the claimant of a stage isn't proposed."""

    PROPOSED = "proposed", _("Somebody is already proposed")
    LEFT = StageStanding.Absence.LEFT.value, StageStanding.Absence.LEFT.label
    NO_LOGIN = StageStanding.Absence.NO_LOGIN.value, StageStanding.Absence.NO_LOGIN.label
    NO_DEPARTMENT = (
        StageStanding.Absence.NO_DEPARTMENT.value,
        StageStanding.Absence.NO_DEPARTMENT.label,
    )
    NO_ACCOUNT = "no-account", _("Has no account, so can’t accept")
    OMBUDSMAN = "ombudsman", _("Is an ombudsman, who can’t direct stages")
    NOT_CLAIMED = "not-claimed", _("No longer claimed by exactly one person")


class ClaimedStage(NamedTuple):
    """A claimed stage, with the person who claims it and the department of their oldest claim."""

    journey_id: UUID
    journey_title: str
    stage_id: UUID
    stage_title: str
    person_id: UUID
    person_name: str
    department_name: str
    obstacle: str  # a ProposalObstacle, or "" if the person can be proposed
    directorship_id: UUID | None = None  # the proposal, once it is made

    @property
    def reason(self) -> str:
        return str(ProposalObstacle(self.obstacle).label) if self.obstacle else ""


class ClaimedCounts(NamedTuple):
    """How many stages are claimed, and how many of their claimants can be proposed."""

    stages: int
    ready: int


CLAIMED_SQL = """
    SELECT journey.id, journey.title AS journey_title, stage.id AS stage_id, stage.title,
        person.id, person.name,
        (SELECT department.name FROM ownership_claim AS claim
            JOIN people_department AS department ON department.id = claim.department_id
            WHERE claim.stage_id = stage.id AND claim.kind = 'claim' AND claim.ended_at IS NULL
            ORDER BY claim.made_at, claim.id LIMIT 1),
        CASE WHEN EXISTS (
                SELECT FROM ownership_directorship AS proposal
                WHERE proposal.stage_id = stage.id AND proposal.ended_at IS NULL)
            THEN 'proposed'
            WHEN absence.reason IS NOT NULL THEN absence.reason
            WHEN member.id IS NULL THEN 'no-account'
            WHEN member.role = 'ombudsman' THEN 'ombudsman'
            ELSE '' END AS obstacle
    FROM {standings} AS standing
    JOIN journeys_journey AS journey ON journey.id = standing.journey_id
    JOIN journeys_stage AS stage ON stage.id = standing.stage_id
    JOIN people_person AS person ON person.id = standing.claimants[1]
    LEFT JOIN workspaces_member AS member ON member.id = person.member_id
    LEFT JOIN ownership_absence AS absence ON absence.person_id = person.id
    WHERE standing.workspace_id = %(workspace)s AND standing.state = 'claimed'
        AND journey.status <> 'retired' AND NOT journey.is_template
        AND (%(journeys)s::uuid[] IS NULL OR journey.id = ANY(%(journeys)s::uuid[]))
"""
ALL_STANDINGS = "ownership_standing"
# The others read the view once for each stage or journey, by index: see ownership_standings() in ownership/queries.py.
# Those in order let PostgreSQL stop reading once it has enough claimed stages.
NAMED_STANDINGS = """(
    SELECT named.* FROM unnest(%(stages)s::uuid[]) AS wanted (id)
    CROSS JOIN LATERAL (
        SELECT * FROM ownership_standing WHERE stage_id = wanted.id OFFSET 0) AS named)"""
STANDINGS_BY_STAGE = """(
    SELECT wanted.id AS order_id, named.* FROM (
        SELECT DISTINCT stage_id AS id FROM ownership_claim
        WHERE workspace_id = %(workspace)s AND kind = 'claim' AND ended_at IS NULL
            AND (%(after)s::uuid IS NULL OR stage_id > %(after)s)) AS wanted
    CROSS JOIN LATERAL (
        SELECT * FROM ownership_standing WHERE stage_id = wanted.id OFFSET 0) AS named)"""
STANDINGS_BY_JOURNEY = """(
    SELECT wanted.id AS order_id, wanted.title AS order_title, listed.* FROM (
        SELECT id, title FROM journeys_journey WHERE workspace_id = %(workspace)s
        ORDER BY title, id) AS wanted
    CROSS JOIN LATERAL (
        SELECT * FROM ownership_standing WHERE journey_id = wanted.id OFFSET 0) AS listed)"""
BY_STAGE = "ORDER BY standing.order_id LIMIT %(limit)s"
BY_JOURNEY = """
    ORDER BY standing.order_title, standing.order_id, stage.position, stage.id
    LIMIT %(limit)s OFFSET %(offset)s
"""


def count_claimed_stages(actor: Actor) -> ClaimedCounts:
    """Count the claimed stages for which the actor may propose a director. Runs at most two queries.

    Raises Forbidden if the actor may appoint in no journey.
    """
    with ensure_tenant_scope([actor.workspace_id]), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE obstacle = '')"
            f" FROM ({CLAIMED_SQL.format(standings=ALL_STANDINGS)}) AS claimed",
            _parameters(actor, _journeys_to_appoint(actor)),
        )
        return ClaimedCounts._make(cursor.fetchone())


def claimed_stages(
    actor: Actor, *, limit: int | None = None, offset: int = 0
) -> list[ClaimedStage]:
    """Return the claimed stages for which the actor may propose a director, in the order of their journeys.

    Runs at most two queries. Raises Forbidden if the actor may appoint in no journey.
    """
    with ensure_tenant_scope([actor.workspace_id]):
        journeys = _journeys_to_appoint(actor)
        parameters = _parameters(actor, journeys, limit=limit, offset=offset)
        return _read(STANDINGS_BY_JOURNEY, parameters, BY_JOURNEY)


def claims_propose(*, stage_ids: Collection[UUID] | None = None, actor: Actor) -> int:
    """Propose the claimants of claimed stages as directors, and return how many were proposed.

    With `stage_ids`, only the claimants of these stages. Uses a gesture for each batch: see claims_propose_batch().
    """
    with ensure_tenant_scope([actor.workspace_id]):
        _journeys_to_appoint(actor)  # raises Forbidden, even if no stage is chosen
    batches = _propose_all(actor) if stage_ids is None else _propose_chosen(list(stage_ids), actor)
    return sum(not row.obstacle for batch in batches for row in batch)


def _propose_chosen(stage_ids: Sequence[UUID], actor: Actor) -> Iterator[list[ClaimedStage]]:
    for start in range(0, len(stage_ids), MAX_STAGES):
        chosen = stage_ids[start : start + MAX_STAGES]
        yield claims_propose_batch(stage_ids=chosen, actor=actor.with_idempotency(uuid7()))


def _propose_all(actor: Actor) -> Iterator[list[ClaimedStage]]:
    after = None
    while batch := claims_propose_batch(after=after, actor=actor.with_idempotency(uuid7())):
        yield batch
        after = batch[-1].stage_id


def claims_propose_batch(
    *,
    stage_ids: Collection[UUID] | None = None,
    after: UUID | None = None,
    dry_run: bool = False,
    actor: Actor,
) -> list[ClaimedStage]:
    """Propose the claimants of at most MAX_STAGES claimed stages in one gesture. Return these stages.

    The stages are the claimed ones among `stage_ids` or, without it, the first ones whose id is greater than `after`.
    Stages with an obstacle are skipped. With `dry_run`, nothing is written. Reads the claims again under the locks, so
    repeated or concurrent calls don't propose anybody twice.

    Requires `appoint`, or to be the producer or sponsor of the journeys; otherwise raises Forbidden. Raises
    AlreadyRecorded if the gesture was recorded before. Logs `directorship.propose_many`.
    """
    if not dry_run and (sets := recorded(actor)):
        raise AlreadyRecorded(sets)
    with ensure_tenant_scope([actor.workspace_id]):
        journeys = _journeys_to_appoint(actor)
        if stage_ids is None:
            parameters = _parameters(actor, journeys, after=after, limit=MAX_STAGES)
            rows = _read(STANDINGS_BY_STAGE, parameters, BY_STAGE)
        else:
            rows = _read_named(actor, journeys, stage_ids)
    ready = [row for row in rows if not row.obstacle]
    if dry_run or not ready:
        return rows
    proposed = _propose(ready, actor)
    return [row if row.obstacle else proposed[row.stage_id] for row in rows]


def _propose(chosen: Sequence[ClaimedStage], actor: Actor) -> dict[UUID, ClaimedStage]:
    """Propose the claimants of stages that are still claimed. Return the current rows by stage id."""
    result = {row.stage_id: row._replace(obstacle=ProposalObstacle.NOT_CLAIMED) for row in chosen}
    with change_set(
        {row.journey_id for row in chosen},
        action="directorship.propose_many",
        actor=actor,
        undoable=False,
    ) as recorder:
        rows = _read_named(actor, _journeys_to_appoint(actor), result)
        proposals = recorder.add_many(
            [
                Directorship(
                    stream_id=row.journey_id,
                    stage_id=row.stage_id,
                    person_id=row.person_id,
                    proposed_at=recorder.at,
                )
                for row in rows
                if not row.obstacle
            ]
        )
    made = {proposal.stage_id: proposal.pk for proposal in proposals}
    return result | {
        row.stage_id: row._replace(directorship_id=made.get(row.stage_id)) for row in rows
    }


def _journeys_to_appoint(actor: Actor) -> set[UUID] | None:
    """Return the journeys that the actor produces or sponsors, or None for all journeys."""
    if actor.can(APPOINT):
        return None
    held = Appointment.objects.filter(
        workspace=actor.workspace_id, ended_at=None, person__member=actor.member_id
    ).exclude(person__member=None)
    journeys = set(held.values_list("journey_id", flat=True))
    if not journeys:
        raise Forbidden(gettext("Only producers and sponsors of journeys or an admin can do this."))
    return journeys


def _parameters(actor: Actor, journeys: Iterable[UUID] | None, **others: Any) -> dict[str, Any]:
    return {
        "workspace": actor.workspace_id,
        "journeys": None if journeys is None else list(map(str, journeys)),
        **others,
    }


def _read_named(
    actor: Actor, journeys: Iterable[UUID] | None, stage_ids: Iterable[UUID]
) -> list[ClaimedStage]:
    parameters = _parameters(actor, journeys, stages=list(set(map(str, stage_ids))))
    return _read(NAMED_STANDINGS, parameters, "ORDER BY stage.id")


def _read(standings: str, parameters: dict[str, Any], ending: str = "") -> list[ClaimedStage]:
    with connection.cursor() as cursor:
        cursor.execute(f"{CLAIMED_SQL.format(standings=standings)} {ending}", parameters)
        return [ClaimedStage(*row) for row in cursor.fetchall()]
