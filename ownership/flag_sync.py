"""Compare the audit's findings with the existing flags, and write the difference.

A run uses four temporary tables: `audit_seen` (the streams and their versions when the run
started), `audit_want` (the findings), `audit_new` (flags to add) and `audit_move` (flags to
change). Each step is a statement of its own, with ANALYZE in between. In a single statement, the
planner scanned the table that was being filled, which took quadratic time.
"""

from uuid import UUID

from django.db import connection

from changes import bulk
from changes.services import Recorder
from core.audit_rules import audited_types
from ownership.models import Flag

TEMP_TABLES = ("audit_seen", "audit_want", "audit_new", "audit_move")
SEVERITY_RANK_SQL = "array_position(ARRAY['info', 'warn', 'critical'], ({})::text)"
# The fields of a flag that the audit writes. People write the others.
WRITTEN_FIELDS = (
    "severity",
    "state",
    "evidence",
    "opened_at",
    "resolved_at",
    "reason",
    "dismissed_until",
)


def create_temp_tables(streams: list[str] | None) -> None:
    """Create the run's temporary tables, and store the versions of the streams that it reads."""
    drop_temp_tables()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE audit_seen AS SELECT id AS stream_id, version FROM changes_stream"
            " WHERE %(streams)s::uuid[] IS NULL OR id = ANY(%(streams)s::uuid[])",
            {"streams": streams},
        )
        cursor.execute("ANALYZE audit_seen")  # without it, a run over few streams reads every flag
        cursor.execute(
            "CREATE TEMP TABLE audit_want (rule text, subject_type text, stream_id uuid,"
            " subject_id uuid, severity text, evidence jsonb)"
        )


def drop_temp_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {', '.join(TEMP_TABLES)}")


def compute_diff(codes: list[str]) -> list[UUID]:
    """Compute the changes for the rules that ran. Return the streams that need to be written."""
    with connection.cursor() as cursor:
        # Without the evidence column: JSON statistics take longer than the diff itself.
        cursor.execute("ANALYZE audit_want (rule, subject_id)")
        cursor.execute(
            "CREATE TEMP TABLE audit_new AS SELECT w.* FROM audit_want w"
            " LEFT JOIN ownership_flag f ON f.rule = w.rule AND f.subject_id = w.subject_id"
            " WHERE f.id IS NULL"
        )
        is_more_severe = (
            f"{SEVERITY_RANK_SQL.format('w.severity')} > {SEVERITY_RANK_SQL.format('f.severity')}"
        )
        cursor.execute(
            "CREATE TEMP TABLE audit_move AS"
            " SELECT f.id, f.stream_id, f.rule, w.severity, w.evidence, 'found' AS why,"
            "  f.state IN ('resolved', 'dismissed') AS opens"
            " FROM audit_want w JOIN ownership_flag f"
            "  ON f.rule = w.rule AND f.subject_id = w.subject_id"
            " WHERE f.state = 'resolved'"
            f" OR (f.state = 'dismissed' AND (f.dismissed_until <= now() OR {is_more_severe}))"
            " OR (f.state IN ('open', 'acknowledged')"
            "  AND (f.severity <> w.severity OR f.evidence <> w.evidence))"
            " UNION ALL"
            " SELECT f.id, f.stream_id, f.rule, f.severity, f.evidence, 'gone', FALSE"
            " FROM ownership_flag f JOIN audit_seen s USING (stream_id)"
            " WHERE f.state <> 'resolved' AND f.rule = ANY(%s)"
            " AND NOT EXISTS (SELECT 1 FROM audit_want w"
            "  WHERE w.rule = f.rule AND w.subject_id = f.subject_id)",
            [codes],
        )
        cursor.execute(
            "SELECT stream_id FROM audit_new UNION SELECT stream_id FROM audit_move ORDER BY 1"
        )
        return [stream_id for (stream_id,) in cursor.fetchall()]


def apply_diff(recorder: Recorder) -> None:
    """Write the difference in the recorder's streams, except those that have changed since.

    Only changes that affect the rules count. Each such change has also queued the follower, which audits the
    stream again.
    """
    streams = {"streams": [str(stream_id) for stream_id in recorder.streams]}
    with connection.cursor() as cursor:
        for table in ("audit_new", "audit_move"):
            cursor.execute(
                f"DELETE FROM {table} t USING audit_seen s"
                " WHERE t.stream_id = ANY(%(streams)s::uuid[]) AND s.stream_id = t.stream_id"
                " AND EXISTS (SELECT FROM changes_changeset later"
                "  WHERE later.workspace_id = %(workspace)s AND later.stream_id = s.stream_id"
                "  AND later.version > s.version AND later.types && %(types)s::text[])",
                {
                    **streams,
                    "workspace": recorder.actor.workspace_id,
                    "types": sorted(audited_types()),
                },
            )
        stage = bulk.create_staging_table(Flag)
        cursor.execute(
            f"INSERT INTO {stage} (id, stream_id, rule, subject_type, subject_id, severity, state,"
            " evidence, opened_at, reason) SELECT cxmap_uuid7(), stream_id, rule, subject_type,"
            " subject_id, severity, 'open', evidence, %(at)s, '' FROM audit_new"
            " WHERE stream_id = ANY(%(streams)s::uuid[])",
            {"at": recorder.at, **streams},
        )
        bulk.insert_staged(recorder, Flag)
        stage = bulk.create_staging_table(Flag)
        cursor.execute(
            f"INSERT INTO {stage} (id, stream_id, rule, subject_type, subject_id, severity, state,"
            " evidence, opened_at, resolved_at, reason, dismissed_until)"
            " SELECT f.id, f.stream_id, f.rule, f.subject_type, f.subject_id, m.severity,"
            "  CASE WHEN m.why = 'gone' THEN 'resolved'"
            "   WHEN m.opens THEN 'open' ELSE f.state END,"
            "  m.evidence, CASE WHEN m.opens THEN %(at)s ELSE f.opened_at END,"
            "  CASE WHEN m.why = 'gone' THEN %(at)s END, '', NULL"
            " FROM audit_move m JOIN ownership_flag f USING (id)"
            " WHERE m.stream_id = ANY(%(streams)s::uuid[])",
            {"at": recorder.at, **streams},
        )
        bulk.update_staged(recorder, Flag, WRITTEN_FIELDS)


def count_results(codes: list[str]) -> dict[str, dict[str, int]]:
    """Return the number of flags opened (or reopened), kept and resolved for each rule."""
    counts = {code: {"opened": 0, "kept": 0, "resolved": 0} for code in codes}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rule, 'opened', count(*) FROM audit_new GROUP BY 1"
            " UNION ALL SELECT rule, 'opened', count(*) FROM audit_move WHERE opens GROUP BY 1"
            " UNION ALL SELECT rule, 'resolved', count(*) FROM audit_move WHERE why = 'gone'"
            " GROUP BY 1 UNION ALL SELECT rule, 'kept', count(*) FROM audit_want GROUP BY 1"
        )
        for rule, outcome, number in cursor.fetchall():
            counts[rule][outcome] += number
    for by_outcome in counts.values():
        by_outcome["kept"] -= by_outcome["opened"]
    return counts
