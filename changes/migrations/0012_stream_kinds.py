"""Add a kind, a parent and the time of the last change to streams, and the changed types to change sets.

Set the values of existing rows. Row-level security and the trigger that protects the log would prevent that, so
all workspaces are visible during this transaction, and the trigger is disabled.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

SHOW_ALL_WORKSPACES = """
SELECT set_config('cxmap.workspaces', coalesce(array_agg(id), '{}')::text, true),
  set_config('cxmap.change_set', 'migration', true)
FROM workspaces_workspace;
"""

FILL = """
-- A directory is created with the workspace's first change, which is usually one of its own.
INSERT INTO changes_stream (id, workspace_id, kind, version)
SELECT DISTINCT workspace_id, workspace_id, 'directory', 0 FROM changes_stream
ON CONFLICT DO NOTHING;

UPDATE changes_stream s
SET kind = CASE WHEN id = workspace_id THEN 'directory' ELSE 'journey' END,
  parent_id = CASE WHEN id <> workspace_id THEN workspace_id END,
  changed_at = coalesce(
    (SELECT at FROM changes_changeset WHERE stream_id = s.id AND actor_kind IN ('member', 'guest')
      ORDER BY version DESC LIMIT 1),
    (SELECT at FROM changes_changeset WHERE stream_id = s.id ORDER BY version LIMIT 1),
    changed_at);

SET CONSTRAINTS ALL IMMEDIATE;  -- a table with pending checks can't be altered
SET CONSTRAINTS ALL DEFERRED;
ALTER TABLE changes_changeset DISABLE TRIGGER append_only;
UPDATE changes_changeset s SET types = c.types
FROM (SELECT set_id, array_agg(DISTINCT record_type ORDER BY record_type) AS types
  FROM changes_change GROUP BY set_id) AS c
WHERE c.set_id = s.id;
ALTER TABLE changes_changeset ENABLE TRIGGER append_only;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0011_labels"),
        ("workspaces", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(SHOW_ALL_WORKSPACES, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="stream",
            name="kind",
            field=models.CharField(default="journey", max_length=20),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="stream",
            name="parent",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="changes.stream",
            ),
        ),
        migrations.AddField(
            model_name="stream",
            name="changed_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name="changeset",
            name="types",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), default=list, size=None
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="stream",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("id", models.F("workspace")), ("kind", "directory"), ("parent", None)
                    ),
                    models.Q(
                        models.Q(("kind", "directory"), _negated=True),
                        models.Q(("id", models.F("workspace")), _negated=True),
                        ("parent__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="only_a_directory_has_no_parent",
            ),
        ),
    ]
