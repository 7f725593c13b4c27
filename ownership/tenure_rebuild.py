"""Rebuild the history of stages from the log.

The records that `ownership_standing` reads are reconstructed for every day on which one of them changed or a date
in one of them passed. They are put into temporary relations with the names of the real ones, which PostgreSQL finds
first. The definition of the view is then applied to these, so there is no second definition of a stage's state.

The log doesn't contain when a login was disabled: until the next audit, logins count as they are today.
"""

import json
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

from changes.models import Record, logged_fields, to_log
from core.tenancy import set_tenant_scope
from journeys.models import Journey, Stage
from ownership.models import Claim, Deputy, Directorship, Tenure
from ownership.tenures import keep_day, lock
from people.models import Department, Person, Placement
from workspaces.queries import time_zone_of, today_in

# What the views read, and the dates that change what they say. A period lasts until its end is over.
RECORDS: dict[type[Record], dict[str, str]] = {
    Journey: {},
    Stage: {},
    Directorship: {},
    Deputy: {"since": "since", "until": "until + 1"},
    Claim: {},
    Department: {},
    Person: {"left_on": "left_on + 1"},
    Placement: {"since": "since", "until": "until + 1"},
}
VIEWS = ("ownership_absence", "ownership_claimants", "ownership_standing")
TODAY = "current_setting('cxmap.today')::date"

# Each version of each record: its values at the end of `valid_from`, until the day before `valid_until`. The changed
# fields of a record are added up over its changes. Removals are logged with all fields.
VERSIONS = """
    CREATE TEMP TABLE {versions} ON COMMIT DROP AS
    SELECT row.*, day AS valid_from, op = 'remove' AS is_removed,
        lead(day) OVER (PARTITION BY record_id ORDER BY day) AS valid_until
    FROM (
        SELECT DISTINCT ON (record_id, day) record_id, stream_id, day, op, fields
        FROM (
            SELECT change.id, change.record_id, change.op, change_set.stream_id,
                (change_set.at AT TIME ZONE %(zone)s)::date AS day,
                jsonb_object_agg(field.key, field.value)
                    OVER (PARTITION BY change.record_id ORDER BY change.id) AS fields
            FROM changes_change AS change
            JOIN changes_changeset AS change_set ON change_set.id = change.set_id
                AND change_set.workspace_id = change.workspace_id
            CROSS JOIN LATERAL jsonb_each(
                CASE WHEN change.op = 'remove' THEN change.before ELSE change.after END) AS field
            WHERE change.workspace_id = %(workspace)s AND change.record_type = %(slug)s
        ) AS changed
        ORDER BY record_id, day, id DESC
    ) AS version
    CROSS JOIN LATERAL jsonb_populate_record(NULL::public.{table}, %(defaults)s::jsonb || fields
        || jsonb_build_object('id', record_id, 'stream_id', stream_id,
            'workspace_id', %(workspace)s::uuid, {references})) AS row
"""
AS_OF_TODAY = f"""
    CREATE TEMP VIEW {{table}} AS SELECT * FROM {{versions}}
    WHERE NOT is_removed AND valid_from <= {TODAY}
        AND (valid_until IS NULL OR valid_until > {TODAY})
"""
MEMBERS_AS_OF_TODAY = f"""
    CREATE TEMP VIEW workspaces_member AS
    SELECT member.id, member.user_id, CASE
        WHEN (member.left_at AT TIME ZONE workspace.time_zone)::date <= {TODAY} THEN member.left_at
        END AS left_at
    FROM public.workspaces_member AS member
    JOIN workspaces_workspace AS workspace ON workspace.id = member.workspace_id
"""
MEMBERS_LEFT = """
    SELECT (left_at AT TIME ZONE %(zone)s)::date FROM public.workspaces_member
    WHERE workspace_id = %(workspace)s
"""


def rebuild(workspace_id: UUID) -> int:
    """Replace a workspace's tenures with those that its log contains. Return the number of days that were read.

    Each day takes about as long as an audit needs to keep the history. Audits of the workspace wait meanwhile.
    """
    with transaction.atomic(durable=True):
        set_tenant_scope([workspace_id])
        lock(workspace_id)
        Tenure.objects.filter(workspace=workspace_id).delete()
        _create_relations(workspace_id)
        days = _days(workspace_id)
        for day in days:
            keep_day(workspace_id, day)
        _drop_relations()
    return len(days)


def _create_relations(workspace_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # whole logs are read
        definitions = []
        for view in VIEWS:  # before there are others of these names
            cursor.execute("SELECT pg_get_viewdef(%s::regclass)", [f"public.{view}"])
            definitions.append(f"CREATE TEMP VIEW {view} AS {cursor.fetchone()[0]}")
        for model in RECORDS:
            _create_versions(cursor, model, workspace_id)
        for model in RECORDS:
            cursor.execute(AS_OF_TODAY.format(table=model._meta.db_table, versions=_name(model)))
        cursor.execute(MEMBERS_AS_OF_TODAY)
        for definition in definitions:
            cursor.execute(definition)


def _create_versions(cursor: Any, model: type[Record], workspace_id: UUID) -> None:
    fields = logged_fields(model)
    references = [field for field in fields if isinstance(field, models.ForeignKey)]
    # Records that are older than a field were logged without it.
    defaults = {f.name: to_log(f, f.get_default()) for f in fields if f.has_default()}
    sql = VERSIONS.format(
        versions=_name(model),
        table=model._meta.db_table,
        references=", ".join(f"'{f.column}', fields->'{f.name}'" for f in references)
        or "'id', record_id",
    )
    cursor.execute(
        sql,
        {
            "workspace": workspace_id,
            "zone": str(time_zone_of(workspace_id)),
            "slug": model.slug,
            "defaults": json.dumps(defaults),
        },
    )
    for column in ("id", *(field.column for field in references)):
        cursor.execute(f"CREATE INDEX ON {_name(model)} ({column})")
    cursor.execute(f"ANALYZE {_name(model)}")


def _days(workspace_id: UUID) -> list[date]:
    """Return the days since the first stage was added on which the standing of a stage can have changed."""
    days = [MEMBERS_LEFT]
    for model, dates in RECORDS.items():
        for expression in ("valid_from", *dates.values()):
            days.append(f"SELECT {expression} FROM {_name(model)}")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT day FROM ({' UNION ALL '.join(days)}) AS changed (day)"
            f" WHERE day >= (SELECT min(valid_from) FROM {_name(Stage)}) AND day <= %(today)s"
            " ORDER BY day",
            {
                "workspace": workspace_id,
                "zone": str(time_zone_of(workspace_id)),
                "today": today_in(workspace_id),
            },
        )
        return [day for (day,) in cursor.fetchall()]


def _drop_relations() -> None:
    """Drop the views, so that the real relations are found again in this transaction. The tables go at COMMIT."""
    names = [*VIEWS, "workspaces_member", *(model._meta.db_table for model in RECORDS)]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP VIEW {', '.join(f'pg_temp.{name}' for name in names)}")


def _name(model: type[Record]) -> str:
    return f"versions_{model._meta.db_table}"
