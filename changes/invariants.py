"""Invariants of the log: positions without gaps, and records that equal what the log says of them."""

from typing import Any

from django.db import connection, models

from changes.models import Record, logged_fields, record_types
from core.invariants import Invariant

FEED_WITHOUT_GAPS = Invariant(
    "feed-without-gaps",
    "The change sets of a workspace are numbered from 1 to its feed position, without gaps.",
    """
    SELECT counter.workspace_id,
        format('%s change sets, numbered %s to %s; the feed is at %s',
            count(sets.feed), min(sets.feed), max(sets.feed), counter.position)
    FROM changes_feedcounter AS counter
    LEFT JOIN changes_changeset AS sets ON sets.workspace_id = counter.workspace_id
    GROUP BY counter.workspace_id, counter.position
    HAVING count(sets.feed) <> counter.position OR min(sets.feed) <> 1
        OR max(sets.feed) <> counter.position
    """,
)
VERSIONS_WITHOUT_GAPS = Invariant(
    "versions-without-gaps",
    "The change sets of a stream are numbered from 1 to its version, without gaps.",
    """
    SELECT stream.workspace_id,
        format('stream %s: %s change sets, the last is %s; the version is %s',
            stream.id, count(sets.version), max(sets.version), stream.version)
    FROM changes_stream AS stream
    LEFT JOIN changes_changeset AS sets
        ON sets.workspace_id = stream.workspace_id AND sets.stream_id = stream.id
    GROUP BY stream.workspace_id, stream.id, stream.version
    HAVING count(sets.version) <> stream.version OR min(sets.version) <> 1
        OR max(sets.version) <> stream.version
    """,
)


def _replays(model: type[Record]) -> Invariant:
    """Return the invariant that the records of a type equal the last values that the log has for them."""
    differs = " OR ".join(_differs(field) for field in logged_fields(model))
    return Invariant(
        f"log-equals-{model.slug.replace('_', '-')}",
        f"Every {model._meta.verbose_name_raw} is stored as the log says, and nothing else is stored.",
        f"""
        SELECT coalesce(logged.workspace_id, stored.workspace_id),
            '{model.slug} ' || coalesce(logged.record_id, stored.id)
        FROM (
            SELECT change.workspace_id, change.record_id,
                jsonb_object_agg(field.key, field.value ORDER BY change.id) AS fields
            FROM changes_change AS change CROSS JOIN jsonb_each(change.after) AS field
            WHERE change.record_type = '{model.slug}' AND NOT EXISTS (
                SELECT FROM changes_change AS removal
                WHERE removal.workspace_id = change.workspace_id
                    AND removal.record_id = change.record_id
                    AND removal.op = 'remove' AND removal.id > change.id)
            GROUP BY change.workspace_id, change.record_id
        ) AS logged
        FULL JOIN {model._meta.db_table} AS stored
            ON stored.workspace_id = logged.workspace_id AND stored.id = logged.record_id
        WHERE logged.record_id IS NULL OR stored.id IS NULL OR {differs}
        """,
    )


def _differs(field: "models.Field[Any, Any]") -> str:
    if isinstance(field, models.JSONField):
        return (
            f"nullif(logged.fields->'{field.name}', 'null')"
            f" IS DISTINCT FROM nullif(stored.{field.column}, 'null')"
        )
    return (
        f"(logged.fields->>'{field.name}')::{field.db_type(connection)}"
        f" IS DISTINCT FROM stored.{field.column}"
    )


INVARIANTS = (
    FEED_WITHOUT_GAPS,
    VERSIONS_WITHOUT_GAPS,
    *(_replays(model) for model in record_types().values()),
)
