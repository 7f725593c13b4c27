"""The history of stages: the standing of each at the end of each day.

The audit keeps it: each run compares the view `ownership_standing` with the open rows of `ownership_tenure`, and
writes the difference. ownership/tenure_rebuild.py computes the same rows from the log, and ownership/history.py reads
them. See docs/decisions/0082-history-of-ownership.md.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max

from ownership.models import Tenure
from workspaces.queries import today_in

# What a row of `ownership_tenure` says about a stage.
FACTS = ("journey_id", "state", "director_id", "department_id", "claimants", "is_counted")

# Like STANDINGS_SQL in queries.py, it reads the view once for each journey if there are few.
STANDINGS = {
    "all": "ownership_standing AS standing",
    "some": """unnest(%(journeys)s::uuid[]) AS wanted (id)
        CROSS JOIN LATERAL (
            SELECT * FROM ownership_standing AS row WHERE row.journey_id = wanted.id OFFSET 0
        ) AS standing""",
}
FOUND = """
    SELECT standing.stage_id, standing.journey_id, standing.state, standing.director_id,
        coalesce(directorship.department_id, (
            SELECT placement.department_id FROM people_placement AS placement
            JOIN people_department AS department ON department.id = placement.department_id
            WHERE placement.person_id = standing.director_id AND NOT department.is_archived
                AND placement.since <= %(day)s
                AND (placement.until IS NULL OR placement.until >= %(day)s)
            ORDER BY placement.is_head DESC, placement.since, placement.id LIMIT 1
        )) AS department_id,
        standing.claimants, standing.is_counted
    FROM {standings}
    LEFT JOIN ownership_directorship AS directorship ON directorship.id = standing.directorship_id
"""
DIFF = """
    CREATE TEMP TABLE tenure_diff ON COMMIT DROP AS
    SELECT stage_id, kept.id AS kept_id, {found_facts}
    FROM ({found}) AS found
    FULL JOIN (
        SELECT * FROM ownership_tenure
        WHERE workspace_id = %(workspace)s AND until IS NULL
            AND (%(journeys)s::uuid[] IS NULL OR journey_id = ANY (%(journeys)s::uuid[]))
    ) AS kept USING (stage_id)
    WHERE ({found_facts}) IS DISTINCT FROM ({kept_facts})
"""
# In this order. A row that began today is replaced, and one that ended today and is true again lasts on, so that
# there is one row for each period, however often an audit runs.
WRITES = (
    "DELETE FROM ownership_tenure AS kept USING tenure_diff AS diff"
    " WHERE kept.id = diff.kept_id AND kept.since >= %(day)s",
    "UPDATE ownership_tenure AS kept SET until = %(day)s FROM tenure_diff AS diff"
    " WHERE kept.id = diff.kept_id",
    "UPDATE ownership_tenure AS past SET until = NULL FROM tenure_diff AS found"
    " WHERE past.stage_id = found.stage_id AND past.until >= %(day)s"
    " AND ({past_facts}) IS NOT DISTINCT FROM ({found_facts})",
    "INSERT INTO ownership_tenure (workspace_id, stage_id, {facts}, since)"
    " SELECT %(workspace)s, stage_id, {facts}, %(day)s FROM tenure_diff AS found"
    " WHERE state IS NOT NULL AND NOT EXISTS (SELECT FROM ownership_tenure AS kept"
    "  WHERE kept.stage_id = found.stage_id AND kept.until IS NULL)",
    "DROP TABLE tenure_diff",
)


def keep(workspace_id: UUID, journeys: Iterable[str] | None = None) -> None:
    """Write today's standing of a workspace's stages, or of some journeys' stages, where it has changed.

    Runs in the caller's transaction, and waits for others that write history of the same workspace. Writes
    nothing if nothing has changed. Days never go backwards, even if a new time zone puts today back by one.
    """
    lock(workspace_id)
    today = today_in(workspace_id)
    last = Tenure.objects.filter(workspace=workspace_id).aggregate(Max("since"))["since__max"]
    keep_day(workspace_id, max(today, last or today), journeys)


def lock(workspace_id: UUID) -> None:
    """Let no other transaction write the history of this workspace until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('history'), hashtext(%s))", [str(workspace_id)]
        )


def keep_day(workspace_id: UUID, day: date, journeys: Iterable[str] | None = None) -> None:
    """Write the standing at the end of a day, which must not be before the last one written."""
    parameters: dict[str, Any] = {
        "workspace": workspace_id,
        "journeys": None if journeys is None else list(journeys),
        "day": day,
    }
    found = FOUND.format(standings=STANDINGS["all" if journeys is None else "some"])
    names = {f"{row}_facts": _facts_of(row) for row in ("found", "kept", "past")}
    with today_is(day), connection.cursor() as cursor:
        cursor.execute(DIFF.format(found=found, **names), parameters)
        differs = cursor.rowcount > 0
        for sql in WRITES if differs else WRITES[-1:]:
            cursor.execute(sql.format(facts=", ".join(FACTS), **names), parameters)


def _facts_of(row: str) -> str:
    return ", ".join(f"{row}.{name}" for name in FACTS)


@contextmanager
def today_is(day: date) -> Iterator[None]:
    """Let `ownership_standing` and cxmap_today() take a day for today. Use it inside a transaction."""
    _set_today(str(day))
    yield
    _set_today("")


def _set_today(day: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('cxmap.today', %s, true)", [day])
