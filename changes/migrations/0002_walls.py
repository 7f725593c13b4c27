"""Add row-level security by workspace, and triggers that refuse writes that bypass the recorder.

`cxmap_wall(table)` is called by every app's first migration for its record tables.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION cxmap_uuid7() RETURNS uuid LANGUAGE sql VOLATILE AS $$
  -- 48 bits of milliseconds over a random uuid, then the version digit (RFC 9562)
  SELECT encode(set_byte(b, 6, (get_byte(b, 6) & 15) | 112), 'hex')::uuid
  FROM (SELECT overlay(uuid_send(gen_random_uuid()) PLACING
    substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
    FROM 1 FOR 6) AS b) AS bytes
$$;

CREATE FUNCTION cxmap_only_recorded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('cxmap.change_set', true), '') = '' THEN
    RAISE EXCEPTION 'table % is written by changes.services.change_set() only', TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION cxmap_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'table % is a log: rows are added, never changed or removed', TG_TABLE_NAME;
END $$;

-- An unset setting is an error, not an empty answer. The sub-select makes the planner read the
-- setting once a query, not once a row.
CREATE FUNCTION cxmap_tenant_wall(tab regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE rule text := 'workspace_id = ANY '
  '((SELECT current_setting(''cxmap.workspaces'')::uuid[])::uuid[])';
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tab);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', tab);
  EXECUTE format('CREATE POLICY tenant ON %s USING (%s) WITH CHECK (%s)', tab, rule, rule);
END $$;

CREATE FUNCTION cxmap_wall(tab regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM cxmap_tenant_wall(tab);
  EXECUTE format('CREATE TRIGGER only_recorded BEFORE INSERT OR UPDATE OR DELETE ON %s '
    'FOR EACH STATEMENT EXECUTE FUNCTION cxmap_only_recorded()', tab);
END $$;

CREATE FUNCTION cxmap_log(tab regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %s '
    'FOR EACH STATEMENT EXECUTE FUNCTION cxmap_append_only()', tab);
END $$;

SELECT cxmap_wall('changes_stream'), cxmap_wall('changes_feedcounter'), cxmap_wall('changes_changeset'),
  cxmap_wall('changes_change'), cxmap_tenant_wall('changes_followercursor'),
  cxmap_log('changes_changeset'), cxmap_log('changes_change'), cxmap_log('workspaces_accessevent');
"""

REVERSE = """
DROP TRIGGER append_only ON workspaces_accessevent;
DROP FUNCTION cxmap_uuid7(), cxmap_only_recorded(), cxmap_append_only(),
  cxmap_tenant_wall(regclass), cxmap_wall(regclass), cxmap_log(regclass) CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("changes", "0001_initial"), ("workspaces", "0001_initial")]
    operations = [migrations.RunSQL(FUNCTIONS, REVERSE)]
