"""Add cxmap_fold(text), which does the same as core.fields.fold(), for comparisons in SQL."""

from django.db import migrations

FUNCTION = r"""
CREATE FUNCTION cxmap_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT normalize(
    replace(
      replace(translate(lower(normalize(value, NFKD)), 'ıς', 'iσ'), 'ß', 'ss'), U&'i\0307', 'i'
    ), NFKD)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("changes", "0005_updated_at_index")]
    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION cxmap_fold(text)")]
