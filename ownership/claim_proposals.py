"""Turn claims that nobody disputes into proposals, many at a time."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from changes.services import change_set
from core.actors import APPOINT, Actor
from core.errors import Forbidden
from core.ids import uuid7
from core.tenancy import ensure_tenant_scope
from ownership.models import Appointment, Directorship, StageStanding

JOURNEYS_PER_GESTURE = 200  # locked at a time, so that editors wait for a part only


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


class ClaimedStage(NamedTuple):
    """A claimed stage, with the person who claims it and the department of their oldest claim."""

    journey_id: UUID
    journey_title: str
    stage_id: UUID
    stage_title: str
    person_id: UUID
    person_name: str
    department_id: UUID
    department_name: str
    obstacle: str  # a ProposalObstacle, or "" if the person can be proposed

    @property
    def reason(self) -> str:
        return str(ProposalObstacle(self.obstacle).label) if self.obstacle else ""


CLAIMED_SQL = """
    SELECT journey.id, journey.title, stage.id, stage.title, person.id, person.name,
        department.id, department.name,
        CASE WHEN EXISTS (
                SELECT FROM ownership_directorship AS proposal
                WHERE proposal.stage_id = stage.id AND proposal.ended_at IS NULL)
            THEN 'proposed'
            WHEN absence.reason IS NOT NULL THEN absence.reason
            WHEN person.member_id IS NULL THEN 'no-account'
            ELSE '' END
    FROM ownership_standing AS standing
    JOIN journeys_journey AS journey ON journey.id = standing.journey_id
    JOIN journeys_stage AS stage ON stage.id = standing.stage_id
    JOIN LATERAL (
        SELECT person_id, department_id FROM ownership_claim
        WHERE stage_id = stage.id AND kind = 'claim' AND ended_at IS NULL
        ORDER BY made_at, id LIMIT 1) AS claim ON TRUE
    JOIN people_person AS person ON person.id = claim.person_id
    JOIN people_department AS department ON department.id = claim.department_id
    LEFT JOIN ownership_absence AS absence ON absence.person_id = person.id
    WHERE standing.workspace_id = %(workspace)s AND standing.state = 'claimed'
        AND journey.status <> 'retired' AND NOT journey.is_template
        AND (%(journeys)s::uuid[] IS NULL OR journey.id = ANY(%(journeys)s::uuid[]))
        AND (%(stages)s::uuid[] IS NULL OR stage.id = ANY(%(stages)s::uuid[]))
    ORDER BY journey.title, journey.id, stage.position, stage.id
"""


def claimed_stages(actor: Actor, stage_ids: Iterable[UUID] | None = None) -> list[ClaimedStage]:
    """Return the claimed stages for which the actor may propose a director, or those of them named.

    At most two queries. Raises Forbidden if the actor may appoint in no journey.
    """
    with ensure_tenant_scope([actor.workspace_id]):
        return _read(actor, _journeys_to_appoint(actor), stage_ids)


def claims_propose(*, stage_ids: Collection[UUID] | None = None, actor: Actor) -> int:
    """Propose the claimants of claimed stages as directors, and return how many were proposed.

    With `stage_ids`, only of these stages. Stages with an obstacle are skipped, and so are stages that are no longer
    claimed. Allowed for actors with `appoint`, and for producers and sponsors in their journeys; others get
    Forbidden. Writes a gesture for each JOURNEYS_PER_GESTURE journeys, which reads the claims again under its
    locks. So repeating the call, or a second person's at the same time, proposes nobody twice. Logs
    `directorship.propose_many`.
    """
    found = claimed_stages(actor, stage_ids)
    journeys = sorted({row.journey_id for row in found if not row.obstacle})
    chosen = [row.stage_id for row in found if not row.obstacle]
    return sum(
        _propose_in(journeys[start : start + JOURNEYS_PER_GESTURE], chosen, actor)
        for start in range(0, len(journeys), JOURNEYS_PER_GESTURE)
    )


def _propose_in(journeys: Sequence[UUID], stage_ids: Collection[UUID], actor: Actor) -> int:
    with change_set(
        journeys,
        action="directorship.propose_many",
        actor=actor.with_idempotency(uuid7()),
        undoable=False,
    ) as recorder:
        allowed = _journeys_to_appoint(actor)
        within = journeys if allowed is None else allowed.intersection(journeys)
        rows = [row for row in _read(actor, within, stage_ids) if not row.obstacle]
        recorder.add_many(
            [
                Directorship(
                    stream_id=row.journey_id,
                    stage_id=row.stage_id,
                    person_id=row.person_id,
                    department_id=row.department_id,
                    proposed_at=recorder.at,
                )
                for row in rows
            ]
        )
    return len(rows)


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


def _read(
    actor: Actor, journeys: Iterable[UUID] | None, stage_ids: Iterable[UUID] | None
) -> list[ClaimedStage]:
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIMED_SQL,
            {
                "workspace": actor.workspace_id,
                "journeys": None if journeys is None else list(map(str, journeys)),
                "stages": None if stage_ids is None else list(map(str, stage_ids)),
            },
        )
        return [ClaimedStage._make(row) for row in cursor.fetchall()]
