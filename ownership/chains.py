"""Those who answer for a stage, in this order: its director, and the journey's producer and sponsor.

Call the functions inside tenant_scope().
"""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from django.db import connection

from ownership.models import StageStanding
from people.queries import find_stand_ins

OFFICES_SQL = """
    SELECT a.journey_id, a.person_id FROM ownership_appointment a
    WHERE a.ended_at IS NULL AND a.journey_id = ANY(%(journeys)s::uuid[]) AND a.person_id NOT IN (
        SELECT person_id FROM ownership_absence WHERE reason <> 'no-department')
    ORDER BY a.office -- the producer first
"""


def present_directors(journey_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Return the directors of the stages of these journeys, by stage id. Absent directors are left out."""
    standings = StageStanding.objects.filter(
        journey__in=journey_ids, director__isnull=False, absence=None
    )
    return {stage: [person] for stage, person in standings.values_list("stage", "director")}


def present_officers(journey_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Return the producer and the sponsor of each of these journeys, in this order, by journey id.

    People who are absent are left out, but not those who are only in no active department.
    """
    offices: dict[UUID, list[UUID]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(OFFICES_SQL, {"journeys": [str(pk) for pk in journey_ids]})
        for journey_id, person_id in cursor.fetchall():
            offices[journey_id].append(person_id)
    return offices


def unreachable_persons(workspace_id: UUID) -> set[UUID]:
    """Return the persons who are away today without a stand-in. Their notices go to the next person at once."""
    return {
        person.pk for person, stand_in in find_stand_ins(workspace_id).items() if stand_in is None
    }
