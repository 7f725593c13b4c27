"""Search objects by name. Each word of the query must be the start of a word of the name, in any order."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models
from django.db.models import Func, QuerySet, TextField
from django.db.models.expressions import Combinable

from core.fields import fold

MAX_HITS = 20
MAX_QUERY_LENGTH = 200  # characters
MAX_CHARACTER = chr(0x10FFFF)  # sorts after all others
# people/migrations/0006_search_name.py turns the same characters into spaces.
SEPARATORS = re.compile(r"[\s\-_.,;:@/()'’\"+&]+")

M = TypeVar("M", bound=models.Model)


class Fold(Func):
    """core.fields.fold() in SQL."""

    function = "cxmap_fold"
    output_field = TextField()


class SearchName(Func):
    """The searchable form of a name: folded, with a single space before each word."""

    function = "cxmap_search_name"
    template = '%(function)s(%(expressions)s) COLLATE "C"'
    output_field = TextField(db_collation="C")


@dataclass(frozen=True)
class NameSearch:
    """How to search one type of object by name, in the API and in pickers.

    `url_name` is the API endpoint and `search_name` the searchable form of the name. `detail` returns a text
    that distinguishes objects of the same name.
    """

    url_name: str
    search_name: Combinable
    detail: Callable[[Any], str]

    def find(self, rows: QuerySet[M], text: str) -> QuerySet[M]:
        """Return the rows whose name matches a text. A text without a word matches every row."""
        matched: QuerySet[Any] = rows.alias(searched=self.search_name)
        for word in _words(text):
            matched = matched.filter(searched__contains=f" {word}")
        return matched

    def best(self, rows: QuerySet[M], text: str) -> list[M]:
        """Return at most MAX_HITS matches, ordered by name.

        Names that start with the text come first. Runs one query, and a second one if few names start with the
        text.
        """
        start = " ".join(["", *_words(text)])
        matched = self.find(rows, text).order_by("searched", "pk")
        # A range, because LIKE can't use an index under row-level security.
        hits = list(matched.filter(searched__range=(start, start + MAX_CHARACTER))[:MAX_HITS])
        if len(hits) < MAX_HITS:
            hits += matched.exclude(pk__in=[hit.pk for hit in hits])[: MAX_HITS - len(hits)]
        return hits


def _words(text: str) -> list[str]:
    return [word for word in SEPARATORS.split(fold(text[:MAX_QUERY_LENGTH])) if word]
