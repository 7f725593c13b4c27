"""Invariants of absences. The service checks them under the lock of the directory's stream."""

from core.invariants import Invariant

ONE_ABSENCE = Invariant(
    "one-absence-at-a-time",
    "Absences of a person don't overlap.",
    """
    SELECT absence.workspace_id, format('absences %s and %s overlap', absence.id, other.id)
    FROM people_absence AS absence
    JOIN people_absence AS other ON other.person_id = absence.person_id AND other.id > absence.id
    WHERE absence.since <= other.until AND other.since <= absence.until
    """,
)
NO_CYCLE = Invariant(
    "no-cycle-of-stand-ins",
    "On no day do people stand in for each other, directly or through others.",
    """
    WITH RECURSIVE stand_in (workspace_id, absence_id, away_id, person_id, days) AS (
        SELECT workspace_id, id, person_id, stand_in_id, daterange(since, until, '[]')
        FROM people_absence WHERE stand_in_id IS NOT NULL
        UNION
        SELECT stand_in.workspace_id, stand_in.absence_id, stand_in.away_id, absence.stand_in_id,
            stand_in.days * daterange(absence.since, absence.until, '[]')
        FROM stand_in JOIN people_absence AS absence ON absence.person_id = stand_in.person_id
        WHERE stand_in.days && daterange(absence.since, absence.until, '[]')
            AND absence.stand_in_id IS NOT NULL
    )
    SELECT DISTINCT workspace_id, format('absence %s', absence_id)
    FROM stand_in WHERE person_id = away_id
    """,
)

INVARIANTS = (ONE_ABSENCE, NO_CYCLE)
