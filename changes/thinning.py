"""Merge old change sets of a stream, so that its log doesn't keep each of very many small changes.

This is the only code that changes the log. The rules of the log still hold: versions and feed
positions have no gaps, and the changes lead to the same records. Consecutive sets become one: the
last of them gets all their changes. The others stay in the log without changes, with their author
and time.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from changes.models import ChangeSet, FollowerCursor
from core.ids import uuid7
from core.tenancy import set_tenant_scope, tenant_scope

PAGE = 2_000  # change sets of the feed in a slice


def thin_next_streams(
    workspace_id: UUID,
    *,
    action: str,
    before: datetime,
    pause: timedelta,
    kept_versions: Callable[[UUID], Collection[int]],
) -> bool:
    """Thin the streams that the next page of the feed changed. Return whether more pages are left.

    Consecutive sets are merged only if they have this action and are from before the given time. A
    series of merged sets ends if the next set has another action or follows after more than
    `pause`, and at each of the stream's `kept_versions`. Sets of this action must only add or
    change records, never remove them. Idempotent.
    """
    name = f"{__name__}:{action}"
    with tenant_scope([workspace_id]):
        cursors = FollowerCursor.objects.filter(workspace=workspace_id, follower=name)
        position = cursors.values_list("position", flat=True).first() or 0
        feed = ChangeSet.objects.filter(workspace_id=workspace_id, feed__gt=position)
        page = feed.order_by("feed").values_list("feed", "stream", "action", "at")[:PAGE]
        old = list(takewhile(lambda row: row[3] < before, page))
        streams = sorted({stream for _, stream, named, _ in old if named == action})
        kept = {stream_id: list(kept_versions(stream_id)) for stream_id in streams}
    for stream_id in streams:
        _thin(workspace_id, stream_id, action, before, pause, kept[stream_id])
    if old:
        with transaction.atomic(durable=True):
            set_tenant_scope([workspace_id])
            FollowerCursor.objects.update_or_create(
                workspace_id=workspace_id, follower=name, defaults={"position": old[-1][0]}
            )
    return len(old) == PAGE


def kept_version(workspace_id: UUID, stream_id: UUID, version: int) -> int:
    """Return a version, or the one into which its changes were merged. Runs one query."""
    later = ChangeSet.objects.filter(
        workspace_id=workspace_id, stream_id=stream_id, version__gte=version
    )
    with_changes = later.exclude(types=[]).order_by("version")
    return with_changes.values_list("version", flat=True).first() or version


# One statement, so that all parts see the log as it was before. A run is a series of sets that become one.
THIN = """
SELECT set_config('cxmap.thinning', 'on', true);
SELECT FROM changes_stream WHERE id = %(stream)s FOR NO KEY UPDATE;
WITH sets AS (
  SELECT id, version, types, count(*) FILTER (WHERE action <> %(action)s
      OR action_before IS DISTINCT FROM %(action)s OR at - at_before > %(pause)s
      OR version_before = ANY(%(kept)s::bigint[])) OVER (ORDER BY version) AS run
  FROM (
    SELECT id, version, types, action, at, lag(action) OVER before AS action_before,
      lag(at) OVER before AS at_before, lag(version) OVER before AS version_before
    FROM changes_changeset
    WHERE workspace_id = %(workspace)s AND stream_id = %(stream)s AND at < %(before)s
    WINDOW before AS (ORDER BY version)) AS ordered
), run_sets AS (
  SELECT id, last_id FROM (
    SELECT id, last_value(id) OVER run AS last_id,
      bool_or(types <> '{}') FILTER (WHERE is_earlier) OVER run AS is_new
    FROM (
      SELECT *, version < max(version) OVER (PARTITION BY run) AS is_earlier FROM sets) AS marked
    WINDOW run AS (PARTITION BY run ORDER BY version
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) AS runs
  WHERE is_new
), changes AS (
  SELECT run_sets.last_id, c.set_id, c.id, c.op, c.record_id, c.before, c.after
  FROM run_sets JOIN changes_change c ON c.workspace_id = %(workspace)s AND c.set_id = run_sets.id
), last_changes AS (
  SELECT DISTINCT ON (last_id, record_id) last_id, record_id, set_id, id,
    bool_or(op = 'add') OVER (PARTITION BY last_id, record_id) AS is_added
  FROM changes ORDER BY last_id, record_id, id DESC
), first_values AS (
  SELECT last_id, record_id, jsonb_object_agg(key, value) AS before FROM (
    SELECT DISTINCT ON (last_id, record_id, key) last_id, record_id, key, value
    FROM changes, jsonb_each(before) ORDER BY last_id, record_id, key, id) AS firsts
  GROUP BY last_id, record_id
), last_values AS (
  SELECT last_id, record_id, jsonb_object_agg(key, value) AS after FROM (
    SELECT DISTINCT ON (last_id, record_id, key) last_id, record_id, key, value
    FROM changes, jsonb_each(after) ORDER BY last_id, record_id, key, id DESC) AS lasts
  GROUP BY last_id, record_id
), merged AS (
  UPDATE changes_change c SET set_id = l.last_id,
    op = CASE WHEN l.is_added THEN 'add' ELSE c.op END,
    before = CASE WHEN l.is_added THEN '{}' ELSE first_values.before END, after = last_values.after
  FROM last_changes l JOIN last_values USING (last_id, record_id)
    LEFT JOIN first_values USING (last_id, record_id)
  WHERE c.workspace_id = %(workspace)s AND c.set_id = l.set_id AND c.id = l.id
), removed AS (
  DELETE FROM changes_change c USING changes
  WHERE c.workspace_id = %(workspace)s AND c.set_id = changes.set_id AND c.id = changes.id
    AND NOT EXISTS (SELECT FROM last_changes l WHERE l.set_id = c.set_id AND l.id = c.id)
)
UPDATE changes_changeset s SET types = '{}'
FROM run_sets
WHERE s.workspace_id = %(workspace)s AND s.id = run_sets.id AND s.id <> run_sets.last_id
"""


def _thin(
    workspace_id: UUID,
    stream_id: UUID,
    action: str,
    before: datetime,
    pause: timedelta,
    kept: list[int],
) -> None:
    values: dict[str, Any] = {
        "workspace": workspace_id,
        "stream": stream_id,
        "action": action,
        "before": before,
        "pause": pause,
        "kept": kept,
    }
    with transaction.atomic(durable=True):
        set_tenant_scope([workspace_id], writing=uuid7())
        with connection.cursor() as cursor:
            cursor.execute(THIN, values)
