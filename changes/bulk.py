"""Set-based writes through the recorder: thousands of records and their log in a few statements.

The caller fills a staging table: a temporary table that has the columns of the record's table. Its rows are then
either inserted or used to update existing rows. SQL writes the log in the same form as
recorder.logged_values(). All functions must run inside change_set(). The caller validates each field, and the
database enforces constraints and foreign keys. The caller must check that all references stay in the workspace;
row-level security checks it again.
"""

import json
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import DateTimeField, Field

from changes.models import Record, field_of, logged_fields
from changes.recorder import Recorder

SETS_TABLE = "cxmap_sets"
# The format of format_instant() in SQL. Connections are in UTC.
SQL_INSTANT_FORMAT = """'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'"""
COPY_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"})


def create_staging_table(model: type[Record], names: Sequence[str] = ()) -> str:
    """Create an empty temporary table with the columns of the record's table. Return its name.

    The table is dropped at COMMIT. The caller fills in `id`, `stream_id` and fields. Omitted fields
    get their default, and this module fills in `workspace_id`, `version` and `updated_at`. With
    `names` (which must include `id` and `stream`), the table has only these fields, to update
    existing rows.
    """
    name = f"staged_{model._meta.db_table}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
        if names:
            columns = ", ".join(_columns(model, names))
            cursor.execute(
                f"CREATE TEMP TABLE {name} ON COMMIT DROP AS"
                f" SELECT {columns} FROM {model._meta.db_table} WITH NO DATA"
            )
            return name
        cursor.execute(f"CREATE TEMP TABLE {name} (LIKE {model._meta.db_table}) ON COMMIT DROP")
        for column in ("workspace_id", "version", "updated_at"):
            cursor.execute(f"ALTER TABLE {name} ALTER COLUMN {column} DROP NOT NULL")
        fields = [f for f in logged_fields(model) if f.has_default() or not f.null]
        defaults = ", ".join(f"ALTER COLUMN {f.column} SET DEFAULT %s" for f in fields)
        values = [f.get_db_prep_save(f.get_default(), connection) for f in fields]
        cursor.execute(f"ALTER TABLE {name} {defaults}", values)
    return name


def copy_rows(model: type[Record], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Fill the staging table with COPY. `names` are the fields of each row, in order."""
    columns = ", ".join(_columns(model, names))
    known: dict[UUID, str] = {}  # thousands of rows refer to the same few steps and lanes
    lines = "".join(["\t".join([_to_copy_text(v, known) for v in row]) + "\n" for row in rows])
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.cursor.copy_expert(
            f"COPY staged_{model._meta.db_table} ({columns}) FROM STDIN", StringIO(lines)
        )


def _columns(model: type[Record], names: Sequence[str]) -> list[str]:
    return [str(field_of(model, name).column) for name in names]


def _to_copy_text(value: Any, known: dict[UUID, str]) -> str:
    """Return a value in COPY's text format, with the texts of UUIDs cached in `known`."""
    if value is None:
        return "\\N"
    if type(value) is not str:
        if type(value) is UUID:
            return known.get(value) or known.setdefault(value, str(value))
        if value is True or value is False:
            return "t" if value else "f"
        value = json.dumps(value) if isinstance(value, dict | list) else str(value)
    if "\\" in value or "\n" in value or "\t" in value or "\r" in value:
        return value.translate(COPY_ESCAPES)
    return value


def insert_staged(recorder: Recorder, model: type[Record]) -> int:
    """Insert every staged row and log it as added. Return the number of rows."""
    _create_sets_table(recorder)
    fields = logged_fields(model)
    columns = ", ".join(["id", "stream_id", *(str(f.column) for f in fields)])
    table, stage = model._meta.db_table, f"staged_{model._meta.db_table}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (workspace_id, version, updated_at, {columns})"
            f" SELECT %s, s.version, %s, {_qualified_columns('t', columns)} FROM {stage} t"
            f" JOIN {SETS_TABLE} s USING (stream_id) ORDER BY t.id",
            [recorder.actor.workspace_id, recorder.at],
        )
        added = cursor.rowcount
        cursor.execute(
            "INSERT INTO changes_change"
            " (workspace_id, set_id, op, record_type, record_id, before, after)"
            f" SELECT %s, s.set_id, 'add', %s, t.id, '{{}}', {_fields_as_jsonb(fields, 't')}"
            f" FROM {stage} t JOIN {SETS_TABLE} s USING (stream_id) ORDER BY t.id",
            [recorder.actor.workspace_id, model.slug],
        )
    recorder.bulk_count += added
    streams = _mark_streams(recorder, model, stage)
    recorder.bulk_added.update((model, stream_id) for stream_id in streams)
    return added


def update_staged(recorder: Recorder, model: type[Record], names: Sequence[str]) -> int:
    """Write the named fields of all staged rows to existing records, and log what differs.

    Stage only rows that differ, because every staged row gets a new version. Return the number of
    rows.
    """
    _create_sets_table(recorder)
    fields = [f for f in logged_fields(model) if f.name in names]
    table, stage = model._meta.db_table, f"staged_{model._meta.db_table}"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO changes_change"
            " (workspace_id, set_id, op, record_type, record_id, before, after)"
            f" SELECT %s, s.set_id, 'set', %s, t.id, {_fields_as_jsonb(fields, 'old')} - same.names,"
            f" {_fields_as_jsonb(fields, 't')} - same.names"
            f" FROM {stage} t JOIN {SETS_TABLE} s USING (stream_id) JOIN {table} old ON old.id = t.id"
            f" CROSS JOIN LATERAL (SELECT {_unchanged_names(fields)} AS names) AS same"
            f" WHERE cardinality(same.names) < {len(fields)} ORDER BY t.id",
            [recorder.actor.workspace_id, model.slug],
        )
        values = ", ".join(f"{f.column} = t.{f.column}" for f in fields)
        cursor.execute(
            f"UPDATE {table} r SET version = s.version, updated_at = %s, {values}"
            f" FROM {stage} t JOIN {SETS_TABLE} s USING (stream_id) WHERE r.id = t.id",
            [recorder.at],
        )
        changed = cursor.rowcount
    recorder.bulk_count += changed
    _mark_streams(recorder, model, stage)
    return changed


def _create_sets_table(recorder: Recorder) -> None:
    """Create a temporary table with this gesture's set id and version for each stream."""
    streams = list(recorder.streams)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {SETS_TABLE}")
        cursor.execute(
            f"CREATE TEMP TABLE {SETS_TABLE} ON COMMIT DROP AS SELECT * FROM"
            " unnest(%s::uuid[], %s::uuid[], %s::bigint[]) AS s(stream_id, set_id, version)",
            [
                [str(i) for i in streams],
                [str(recorder.set_ids[i]) for i in streams],
                [recorder.version_of(i) for i in streams],
            ],
        )


def _mark_streams(recorder: Recorder, model: type[Record], stage: str) -> set[UUID]:
    """Tell the recorder which streams the staged rows belong to, and return these streams."""
    recorder.bulk_models.add(model)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT stream_id FROM {stage}")
        streams = {stream_id for (stream_id,) in cursor.fetchall()}
    for stream_id in streams:
        recorder.bulk_types.setdefault(stream_id, set()).add(model.slug)
    return streams


def _fields_as_jsonb(fields: Sequence["Field"], alias: str) -> str:
    """Return SQL for a row's logged fields as jsonb, in the same form as to_log(), in UTC."""
    pairs = ", ".join(f"'{f.name}', {_logged_value(f, alias)}" for f in fields)
    return f"jsonb_build_object({pairs})"


def _logged_value(field: "Field", alias: str) -> str:
    """Return SQL for a field's value in the same form as to_log()."""
    column = f"{alias}.{field.column}"
    return (
        f"to_char({column}, {SQL_INSTANT_FORMAT})" if isinstance(field, DateTimeField) else column
    )


def _unchanged_names(fields: Sequence["Field"]) -> str:
    """Return SQL for the names of the fields that are equal in `old` and `t`."""
    cases = ", ".join(
        f"CASE WHEN old.{f.column} IS NOT DISTINCT FROM t.{f.column} THEN '{f.name}' END"
        for f in fields
    )
    return f"array_remove(ARRAY[{cases}], NULL)"


def _qualified_columns(alias: str, columns: str) -> str:
    return ", ".join(f"{alias}.{column}" for column in columns.split(", "))
