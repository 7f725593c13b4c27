"""Compare the audit's findings with the existing flags, and write the difference.

A run uses four temporary tables: `audit_seen` (the streams and their versions when the run
started), `audit_stage` (ownership/rules/stage_facts.py), `audit_want` (the findings, with a child
table for each rule) and `audit_diff` (the flags to add or change, and why). Each step is a separate
statement, followed by ANALYZE. As a single statement, the planner scanned the table that was being
filled, which took quadratic time.
"""

from typing import Any
from uuid import UUID

from django.db import connection

from changes import bulk
from changes.services import Recorder
from core import clock
from core.audit_rules import Rule, audited_types
from ownership.models import Flag
from ownership.rules.stage_facts import STAGE_FACTS

# PostgreSQL settings of a run. With the default `work_mem` of 4 MB, sorts and hashes of large workspaces spill to disk.
# A small statistics target speeds up ANALYZE: of the temporary tables, the planner only needs size and uniqueness.
SETTINGS = {"work_mem": "64MB", "default_statistics_target": "10"}
TEMP_TABLES = ("audit_seen", "audit_stage", "audit_want", "audit_diff")
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
    """Create the run's temporary tables, and store the versions of the streams that the run reads.

    `streams` has the ids of these streams, or is None for all streams of the workspace.
    """
    drop_temp_tables()
    with connection.cursor() as cursor:
        for name, setting in SETTINGS.items():
            cursor.execute("SELECT set_config(%s, %s, true)", [name, setting])  # until COMMIT
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
        cursor.execute(f"DROP TABLE IF EXISTS {', '.join(TEMP_TABLES)} CASCADE")


def store_stage_facts(workspace_id: UUID, parameters: dict[str, Any]) -> None:
    """Create `audit_stage`. It has the stages of the whole workspace if the run includes the directory."""
    streams = parameters["streams"]
    is_whole = streams is None or str(workspace_id) in streams
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE audit_stage AS {STAGE_FACTS}",
            {**parameters, "stage_streams": None if is_whole else streams},
        )
        cursor.execute("ANALYZE audit_stage (stage_id)")


def store_findings(rule: Rule, parameters: dict[str, Any]) -> None:
    """Run a rule and add its findings to `audit_want`.

    PostgreSQL uses parallel workers to create a table from a query, but not to insert into one.
    """
    table = f'"audit_want_{rule.code}"'
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE {table} AS SELECT '{rule.code}'::text AS rule,"
            f" '{rule.subject}'::text AS subject_type, stream_id, subject_id,"
            " severity::text AS severity, evidence"
            f" FROM ({rule.sql}) AS found (stream_id, subject_id, severity, evidence);"
            f" ALTER TABLE {table} INHERIT audit_want",
            parameters,
        )


# Findings and flags are joined once, in full: most audits find no difference.
DIFF_SQL = f"""
    CREATE TEMP TABLE audit_diff AS
    SELECT flag.id, coalesce(flag.stream_id, want.stream_id) AS stream_id,
        coalesce(flag.rule, want.rule) AS rule, want.subject_type, want.subject_id,
        coalesce(want.severity, flag.severity) AS severity,
        coalesce(want.evidence, flag.evidence) AS evidence,
        CASE WHEN flag.id IS NULL THEN 'new' WHEN want.rule IS NULL THEN 'gone' ELSE 'found' END
            AS why,
        want.rule IS NOT NULL AND flag.state IN ('resolved', 'dismissed') AS opens
    FROM audit_want AS want
    FULL JOIN (
        SELECT flag.*, seen.stream_id IS NOT NULL AS is_seen
        FROM ownership_flag AS flag LEFT JOIN audit_seen AS seen USING (stream_id)
        WHERE flag.rule = ANY(%(rules)s)
            AND (%(streams)s::uuid[] IS NULL OR flag.stream_id IN (
                SELECT unnest(%(streams)s::uuid[]) UNION SELECT stream_id FROM audit_want))
    ) AS flag ON flag.rule = want.rule AND flag.subject_id = want.subject_id
    WHERE CASE
        WHEN flag.id IS NULL THEN TRUE
        WHEN want.rule IS NULL THEN flag.is_seen AND flag.state <> 'resolved'
        WHEN flag.state = 'resolved' THEN TRUE
        WHEN flag.state = 'dismissed' THEN flag.dismissed_until <= %(now)s
            OR {SEVERITY_RANK_SQL.format("want.severity")} > {SEVERITY_RANK_SQL.format("flag.severity")}
        ELSE flag.severity <> want.severity OR flag.evidence <> want.evidence END
"""


def compute_diff(streams: list[str] | None, codes: list[str]) -> list[UUID]:
    """Fill `audit_diff` for the rules with these codes, which ran. Return the ids of the streams to write."""
    with connection.cursor() as cursor:
        # Without the evidence column: JSON statistics take longer than the diff itself.
        cursor.execute("ANALYZE audit_want (rule, subject_id)")
        cursor.execute(DIFF_SQL, {"rules": codes, "streams": streams, "now": clock.now()})
        cursor.execute("SELECT DISTINCT stream_id FROM audit_diff ORDER BY 1")
        return [stream_id for (stream_id,) in cursor.fetchall()]


def apply_diff(recorder: Recorder) -> None:
    """Write the difference in the recorder's streams.

    A stream is skipped if records that the rules read have changed in it since the run started. The follower
    audits it again after such a change.
    """
    streams = {"streams": [str(stream_id) for stream_id in recorder.streams]}
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM audit_diff t USING audit_seen s"
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
            " subject_id, severity, 'open', evidence, %(at)s, '' FROM audit_diff"
            " WHERE why = 'new' AND stream_id = ANY(%(streams)s::uuid[])",
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
            " FROM audit_diff m JOIN ownership_flag f USING (id)"
            " WHERE m.stream_id = ANY(%(streams)s::uuid[])",
            {"at": recorder.at, **streams},
        )
        bulk.update_staged(recorder, Flag, WRITTEN_FIELDS)


def count_results(codes: list[str]) -> dict[str, dict[str, int]]:
    """Return the number of flags opened (or reopened), kept and resolved for each of these rules, by code."""
    counts = {code: {"opened": 0, "kept": 0, "resolved": 0} for code in codes}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rule, 'opened', count(*) FROM audit_diff WHERE opens OR why = 'new' GROUP BY 1"
            " UNION ALL SELECT rule, 'resolved', count(*) FROM audit_diff WHERE why = 'gone'"
            " GROUP BY 1 UNION ALL SELECT rule, 'kept', count(*) FROM audit_want GROUP BY 1"
        )
        for rule, outcome, number in cursor.fetchall():
            counts[rule][outcome] += number
    for by_outcome in counts.values():
        by_outcome["kept"] -= by_outcome["opened"]
    return counts
