"""Add an indexed column with the searchable form of each person's name.

cxmap_search_name(text) folds a name and puts a single space before each word. It is a column because PostgreSQL
can't use an index on an expression under row-level security.
"""

from django.db import migrations, models

import core.search

FUNCTION = r"""
CREATE FUNCTION cxmap_search_name(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT regexp_replace(
    ' ' || translate(cxmap_fold(value), '-_.,;:@/()''’"+&', repeat(' ', 15)), '\s+', ' ', 'g')
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0005_labels"), ("changes", "0006_fold")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION cxmap_search_name(text)"),
        migrations.AddField(
            "person",
            "search_name",
            models.GeneratedField(
                db_persist=True,
                expression=core.search.SearchName("name"),
                output_field=models.TextField(db_collation="C"),
            ),
        ),
        migrations.AddIndex(
            "person",
            models.Index(fields=["workspace", "search_name"], name="person_by_search_name"),
        ),
    ]
