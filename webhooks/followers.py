"""The follower that writes a delivery for each event and each endpoint that subscribes to it."""

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse

from changes.followers import follows
from core.event_types import EventType, event_types
from core.ids import uuid7
from core.tenancy import set_tenant_scope
from webhooks.deliveries import queue_sender
from webhooks.models import Endpoint

MAX_SUBJECTS = 100  # in the body of an event; `subjects_total` counts them all

# One event for each change set and type, however many records it changed.
INSERT_SQL = """
WITH kind AS (
  SELECT * FROM jsonb_to_recordset(%(kinds)s::jsonb)
    AS k (name text, record_type text, path text, ops jsonb, field text, values jsonb)
), subject AS (
  SELECT c.set_id, kind.name, c.record_type, c.record_id, c.op, kind.path,
    row_number() OVER (PARTITION BY c.set_id, kind.name ORDER BY c.id) AS place,
    count(*) OVER (PARTITION BY c.set_id, kind.name) AS total
  FROM changes_change c JOIN kind ON kind.record_type = c.record_type AND kind.ops ? c.op
  WHERE c.workspace_id = %(workspace)s AND c.set_id = ANY(%(sets)s)
    AND (kind.field = '' OR (
      c.after ->> kind.field IS NOT NULL
      AND c.after ->> kind.field IS DISTINCT FROM c.before ->> kind.field
      AND (kind.values = '[]' OR kind.values ? (c.after ->> kind.field))))
), event AS (
  SELECT set_id, name, max(total) AS total, json_agg(json_build_object(
      'type', record_type, 'id', record_id, 'op', op, 'url', path || record_id) ORDER BY place
    ) AS subjects
  FROM subject WHERE place <= %(max_subjects)s GROUP BY set_id, name
)
INSERT INTO webhooks_delivery (id, workspace_id, endpoint_id, event_id, event_type, body, state,
  attempts, next_attempt_at, last_failure, last_answer)
SELECT cxmap_uuid7(), s.workspace_id, e.id,
  'msg_' || replace(s.id::text, '-', '') || '_' || replace(event.name, '.', '_'), event.name,
  convert_to(json_build_object(
    'type', event.name,
    'timestamp', to_char(s.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'workspace', s.workspace_id,
    'data', json_build_object(
      'change_set', s.id, 'stream', s.stream_id, 'stream_kind', stream.kind, 'version', s.version,
      'actor', json_build_object('kind', s.actor_kind, 'id', s.actor_id),
      'subjects', event.subjects, 'subjects_total', event.total))::text, 'UTF8'),
  'waiting', 0, now(), '', ''
FROM event
JOIN changes_changeset s ON s.workspace_id = %(workspace)s AND s.id = event.set_id
JOIN changes_stream stream ON stream.id = s.stream_id
JOIN webhooks_endpoint e ON e.workspace_id = s.workspace_id AND e.disabled_reason = ''
  AND e.created_at <= s.at AND event.name = ANY(e.event_types)
ORDER BY s.feed, event.name
ON CONFLICT (endpoint_id, event_id) DO NOTHING
"""


def _followed_types() -> set[str]:
    return {slug for kind in event_types().values() for slug in kind.record_types}


@follows(types=_followed_types(), reads=set())
def write_deliveries(workspace_id: UUID, sets: list[dict[str, Any]]) -> None:
    """Write a delivery for each event in these change sets and each endpoint that subscribes to it.

    Queues the sender if there are any. Idempotent.
    """
    with transaction.atomic(durable=True):
        set_tenant_scope([workspace_id])
        active = Endpoint.objects.filter(workspace=workspace_id, disabled_reason="")
        wanted = {name for names in active.values_list("event_types", flat=True) for name in names}
        kinds = [kind for name, kind in event_types().items() if name in wanted]
        if not kinds:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                INSERT_SQL,
                {
                    "kinds": json.dumps([row for kind in kinds for row in _kind_rows(kind)]),
                    "workspace": workspace_id,
                    "sets": [UUID(change_set["id"]) for change_set in sets],
                    "max_subjects": MAX_SUBJECTS,
                },
            )
            count = cursor.rowcount
    if count:
        queue_sender()


def _kind_rows(kind: EventType) -> list[dict[str, Any]]:
    return [
        {
            "name": kind.name,
            "record_type": slug,
            "path": api_url_prefix(slug),
            "ops": kind.ops,
            "field": kind.field,
            "values": kind.values,
        }
        for slug in kind.record_types
    ]


def api_url_prefix(slug: str) -> str:
    """Return the URL of a record of this type in the API, up to its id."""
    some_id = uuid7()
    return settings.PUBLIC_URL + reverse(f"api_{slug}", args=[some_id]).removesuffix(str(some_id))
