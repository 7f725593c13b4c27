"""The searchable form of names, kept beside each person's name and indexed.

cxmap_search_name(text) folds a name and puts a single space before each word. The form is a column
because row security keeps an index on an expression from being used.
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
