"""The history of flags: when each was open, and how it ended.

A follower of the log (followers.py) keeps it, so it is exact for changes by the audit and by people. See
docs/decisions/0082-history-of-ownership.md.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from core.tenancy import set_tenant_scope
from ownership.models import Spell

# The state of each flag after each of its changes. A spell is the last change in which the flag was open since
# the same moment, and ends with the flag's next change, if there is one.
KEEP = """
    INSERT INTO ownership_spell (workspace_id, stream_id, flag_id, rule, subject_type, subject_id,
        opened_at, closed_at, how)
    SELECT DISTINCT ON (flag_id, opened_at) %(workspace)s, stream_id, flag_id, fields->>'rule',
        fields->>'subject_type', (fields->>'subject_id')::uuid, opened_at, closed_at,
        CASE WHEN closed_at IS NULL THEN ''
            WHEN next_state = 'dismissed' THEN 'dismissed' ELSE 'resolved' END
    FROM (
        SELECT id, flag_id, stream_id, fields, (fields->>'opened_at')::timestamptz AS opened_at,
            lead(at) OVER later AS closed_at,
            lead(fields->>'state') OVER later AS next_state
        FROM (
            SELECT DISTINCT change.id, change.record_id AS flag_id, change_set.stream_id,
                change_set.at,
                jsonb_object_agg(field.key, field.value)
                    OVER (PARTITION BY change.record_id ORDER BY change.id) AS fields
            FROM changes_change AS change
            JOIN changes_changeset AS change_set ON change_set.id = change.set_id
                AND change_set.workspace_id = change.workspace_id
            CROSS JOIN LATERAL jsonb_each(change.after) AS field
            WHERE change.workspace_id = %(workspace)s AND change.record_type = 'flag'
                AND field.key = ANY (ARRAY['rule', 'subject_type', 'subject_id', 'state',
                    'opened_at'])
                AND {which}
        ) AS logged
        WINDOW later AS (PARTITION BY flag_id ORDER BY id)
    ) AS changed
    WHERE fields->>'state' IN ('open', 'acknowledged')
    ORDER BY flag_id, opened_at, id DESC
    ON CONFLICT (flag_id, opened_at)
        DO UPDATE SET closed_at = excluded.closed_at, how = excluded.how
        WHERE ownership_spell.closed_at IS DISTINCT FROM excluded.closed_at
"""
OF_ALL = "TRUE"
OF_SETS = """change.record_id IN (
    SELECT record_id FROM changes_change
    WHERE workspace_id = %(workspace)s AND set_id = ANY (%(sets)s::uuid[])
        AND record_type = 'flag')"""


def keep(workspace_id: UUID, set_ids: Collection[UUID]) -> None:
    """Bring the spells of the flags that these change sets changed up to date. Idempotent."""
    with transaction.atomic(durable=True):
        set_tenant_scope([workspace_id])
        _write(workspace_id, OF_SETS, sets=[str(set_id) for set_id in set_ids])


def rebuild(workspace_id: UUID) -> None:
    """Replace a workspace's spells with those that its log contains."""
    with transaction.atomic(durable=True):
        set_tenant_scope([workspace_id])
        Spell.objects.filter(workspace=workspace_id).delete()
        _write(workspace_id, OF_ALL)


def _write(workspace_id: UUID, which: str, **parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(KEEP.format(which=which), {"workspace": workspace_id, **parameters})
