"""The casting call of a stage that needs a director: its volunteers, and the people to ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from core.text import isolated
from journeys.models import Stage
from ownership.models import Volunteer
from ownership.rules.base import CURRENT_DIRECTORSHIP, LIVE_JOURNEY
from ownership.thresholds import thresholds
from ownership.volunteers import has_casting_call
from people.models import Department, Person
from workspaces.models import Role
from workspaces.queries import workspace_by_id

MAX_CANDIDATES = 5
MAX_VOLUNTEERS = 20
MAX_DAYS_AWAY = 28  # people who stay away longer aren't suggested

# People who can be proposed, each with the facts that rank them, best first. Directorships that ended because somebody
# was relieved, or because of a ruling, don't count in their favor.
CANDIDATES_SQL = f"""
    WITH staffing AS MATERIALIZED (
        SELECT lane.department_id, count(*) AS touchpoints
        FROM journeys_step AS step
        JOIN touchpoints_touchpoint AS touchpoint ON touchpoint.step_id = step.id
        JOIN journeys_lane AS lane ON lane.id = touchpoint.lane_id
        WHERE step.stage_id = %(stage)s
        GROUP BY lane.department_id
    ), beside AS MATERIALIZED (
        SELECT id, title FROM (
            SELECT id, title, lead(id) OVER place AS next_id, lag(id) OVER place AS previous_id
            FROM journeys_stage WHERE journey_id = %(journey)s
            WINDOW place AS (ORDER BY position, id)) AS placed
        WHERE %(stage)s::uuid IN (next_id, previous_id)
    ), placed AS (
        SELECT DISTINCT ON (placement.person_id) placement.person_id, placement.department_id,
            placement.is_head, staffing.touchpoints
        FROM staffing
        JOIN people_department AS department ON department.id = staffing.department_id
            AND NOT department.is_archived
        JOIN people_placement AS placement ON placement.department_id = staffing.department_id
        WHERE placement.since <= (SELECT cxmap_today(%(workspace)s))
            AND (placement.until IS NULL OR placement.until >= (SELECT cxmap_today(%(workspace)s)))
        ORDER BY placement.person_id, placement.is_head DESC, staffing.touchpoints DESC,
            placement.department_id
    ), claimed AS (
        SELECT DISTINCT person_id FROM ownership_claim
        WHERE stage_id = %(stage)s AND kind = 'claim' AND ended_at IS NULL
    ), offered AS (
        SELECT id, person_id FROM ownership_volunteer
        WHERE stage_id = %(stage)s AND ended_at IS NULL
    ), held AS MATERIALIZED (
        SELECT d.person_id,
            max(d.ended_at) FILTER (WHERE d.stage_id = %(stage)s) AS directed_until,
            min(beside.title) FILTER (WHERE d.ended_at IS NULL) AS directs_beside,
            min(beside.title) FILTER (WHERE d.ended_at IS NOT NULL) AS directed_beside
        FROM ownership_directorship AS d
        LEFT JOIN beside ON beside.id = d.stage_id
        WHERE d.accepted_at IS NOT NULL AND d.end_reason NOT IN ('relieved', 'ruled')
            AND (d.stage_id = %(stage)s OR d.stage_id IN (SELECT id FROM beside))
        GROUP BY d.person_id
    ), pool AS MATERIALIZED (
        SELECT person_id FROM placed UNION SELECT person_id FROM claimed
        UNION SELECT person_id FROM offered UNION SELECT person_id FROM held
    ), directing AS (
        SELECT d.person_id, count(*) AS stages, count(flag.id) AS overdue
        FROM pool
        JOIN ownership_directorship AS d ON d.person_id = pool.person_id
            AND {CURRENT_DIRECTORSHIP}
        JOIN journeys_journey AS j ON j.id = d.stream_id AND {LIVE_JOURNEY}
        LEFT JOIN ownership_flag AS flag ON flag.workspace_id = d.workspace_id
            AND flag.rule = 'OWN-10' AND flag.subject_id = d.stage_id AND flag.state <> 'resolved'
        GROUP BY d.person_id
    ), ranked AS (
        SELECT person.id AS person_id, offered.id AS offer_id,
            claimed.person_id IS NOT NULL AS claims,
            placed.department_id,
            coalesce(placed.is_head, FALSE) AS is_head,
            coalesce(placed.touchpoints, 0) AS touchpoints,
            (SELECT sum(touchpoints) FROM staffing)::int AS all_touchpoints,
            held.directed_until, held.directs_beside, held.directed_beside,
            coalesce(directing.stages, 0) AS stages,
            coalesce(directing.overdue, 0) AS overdue,
            row_number() OVER (
                PARTITION BY offered.id IS NULL
                ORDER BY coalesce(directing.stages, 0) >= %(limit)s,
                    claimed.person_id IS NULL,
                    NOT coalesce(placed.is_head, FALSE),
                    coalesce(placed.touchpoints, 0) DESC,
                    held.person_id IS NULL,
                    coalesce(directing.overdue, 0),
                    coalesce(directing.stages, 0),
                    person.name, person.id
            ) AS place
        FROM pool
        JOIN people_person AS person ON person.id = pool.person_id
        JOIN workspaces_member AS member ON member.id = person.member_id
        LEFT JOIN placed ON placed.person_id = person.id
        LEFT JOIN claimed ON claimed.person_id = person.id
        LEFT JOIN offered ON offered.person_id = person.id
        LEFT JOIN held ON held.person_id = person.id
        LEFT JOIN directing ON directing.person_id = person.id
        WHERE member.role <> '{Role.OMBUDSMAN}'
            AND NOT EXISTS (
                SELECT FROM ownership_absence AS absence WHERE absence.person_id = person.id)
            AND NOT EXISTS (
                SELECT FROM people_absence AS away
                WHERE away.person_id = person.id AND offered.id IS NULL
                    AND away.since <= (SELECT cxmap_today(%(workspace)s))
                    AND away.until > (SELECT cxmap_today(%(workspace)s)) + {MAX_DAYS_AWAY})
            AND NOT EXISTS (
                SELECT FROM ownership_directorship AS own
                WHERE own.stage_id = %(stage)s AND own.person_id = person.id
                    AND (own.ended_at IS NULL
                        OR own.end_reason = 'declined' AND offered.id IS NULL))
    )
    SELECT person_id, offer_id, claims, department_id, is_head, touchpoints, all_touchpoints,
        directed_until, directs_beside, directed_beside, stages, overdue, %(limit)s
    FROM ranked
    WHERE place <= CASE WHEN offer_id IS NULL THEN {MAX_CANDIDATES} ELSE {MAX_VOLUNTEERS} END
    ORDER BY place
"""


class CandidateFacts(NamedTuple):
    """The facts that rank a person among the candidates for a stage."""

    person_id: UUID
    offer_id: UUID | None
    claims: bool
    # The person's department with the most touchpoints in the stage; departments that they head come first
    department_id: UUID | None
    is_head: bool
    touchpoints: int  # of the stage, in the department's lanes
    all_touchpoints: int | None  # of the stage
    directed_until: datetime | None  # the stage itself
    directs_beside: str | None  # the title of a stage beside it
    directed_beside: str | None
    stages: int  # live ones that the person directs
    overdue: int  # reviews of these
    limit: int  # of live stages that one person can direct


@dataclass(frozen=True)
class Candidate:
    """A person who could direct a stage, with their offer if they have volunteered."""

    person: Person
    offer: Volunteer | None
    department: Department | None
    facts: CandidateFacts

    @property
    def reasons(self) -> list[str]:
        """The facts that rank this person, in sentences."""
        facts, reasons = self.facts, []
        if facts.claims:
            reasons.append(gettext("Claims this stage"))
        if self.department is not None:
            reasons.append(self._department_reason(self.department))
        if facts.directed_until:
            date = date_format(timezone.localtime(facts.directed_until), "SHORT_DATE_FORMAT")
            reasons.append(gettext("Directed this stage until {date}").format(date=date))
        if facts.directs_beside:
            text = gettext("Directs “{stage}”, the stage next to this one")
            reasons.append(text.format(stage=isolated(facts.directs_beside)))
        elif facts.directed_beside:
            text = gettext("Has directed “{stage}”, the stage next to this one")
            reasons.append(text.format(stage=isolated(facts.directed_beside)))
        return [*reasons, *self._workload_reasons()]

    def _department_reason(self, department: Department) -> str:
        facts, name = self.facts, isolated(department.name)
        n, total = facts.touchpoints, facts.all_touchpoints or 0
        if facts.is_head:
            text = ngettext(
                "Heads {department}, which has the only touchpoint here",
                "Heads {department}, which has {n} of the {total} touchpoints here",
                total,
            )
        else:
            text = ngettext(
                "Works in {department}, which has the only touchpoint here",
                "Works in {department}, which has {n} of the {total} touchpoints here",
                total,
            )
        return text.format(department=name, n=n, total=total)

    def _workload_reasons(self) -> list[str]:
        facts = self.facts
        if not facts.stages:
            return [gettext("Doesn’t direct any live stages")]
        workload = ngettext(
            "Directs {n} live stage of at most {limit}",
            "Directs {n} live stages of at most {limit}",
            facts.stages,
        ).format(n=facts.stages, limit=facts.limit)
        if not facts.overdue:
            return [workload, gettext("All reviews are on time")]
        overdue = ngettext("{n} review is overdue", "{n} reviews are overdue", facts.overdue)
        return [workload, overdue.format(n=facts.overdue)]


@dataclass(frozen=True)
class CastingCall:
    """The volunteers for a stage that needs a director, and the candidates to ask. Both are sorted best first."""

    volunteers: Sequence[Candidate] = ()
    candidates: Sequence[Candidate] = ()


def find_casting_call(stage: Stage) -> CastingCall | None:
    """Return the casting call of a stage, or None if the stage needs no director or is contested.

    Runs at most six queries. Call it inside tenant_scope().
    """
    if not has_casting_call(stage):
        return None
    rows = _read_facts(stage)
    persons = Person.objects.in_bulk([facts.person_id for facts in rows])
    offers = Volunteer.objects.in_bulk([facts.offer_id for facts in rows if facts.offer_id])
    departments = Department.objects.in_bulk(
        {facts.department_id for facts in rows if facts.department_id}
    )
    people = [
        Candidate(
            persons[facts.person_id],
            offers.get(facts.offer_id),
            departments.get(facts.department_id),
            facts,
        )
        for facts in rows
    ]
    return CastingCall(
        [candidate for candidate in people if candidate.offer],
        [candidate for candidate in people if not candidate.offer],
    )


def _read_facts(stage: Stage) -> list[CandidateFacts]:
    limit = thresholds(workspace_by_id(stage.workspace_id))["overload_stages"]
    parameters: dict[str, Any] = {
        "stage": stage.pk,
        "journey": stage.journey_id,
        "workspace": stage.workspace_id,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES_SQL, parameters)
        return [CandidateFacts._make(row) for row in cursor.fetchall()]
