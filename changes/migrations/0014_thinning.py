"""Let thinning.py update and delete rows of the log, which the append-only triggers otherwise refuse."""

from django.db import migrations

ALLOW = """
CREATE OR REPLACE FUNCTION cxmap_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME ~ '^changes_change' AND current_setting('cxmap.thinning', true) = 'on' THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'table % is a log: rows are added, never changed or removed', TG_TABLE_NAME;
END $$;
"""
REFUSE = """
CREATE OR REPLACE FUNCTION cxmap_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'table % is a log: rows are added, never changed or removed', TG_TABLE_NAME;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("changes", "0013_log_by_workspace")]
    operations = [migrations.RunSQL(ALLOW, REFUSE)]
