"""Search of names: the words of a text, in any order, each as the start of a word of the name."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models
from django.db.models import Func, Q, QuerySet, TextField
from django.db.models.expressions import Combinable

from core.fields import fold

MAX_HITS = 20
MAX_QUERY_LENGTH = 200  # characters
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
    output_field = TextField()


@dataclass(frozen=True)
class NameSearch:
    """How objects of one kind are searched by name, in the API and in pickers.

    `url_name` is the API endpoint, `search_name` the searchable form of the name, and `detail`
    returns what tells apart objects of the same name.
    """

    url_name: str
    search_name: Combinable
    detail: Callable[[Any], str]

    def find(self, rows: QuerySet[M], text: str) -> QuerySet[M]:
        """Return the rows whose name matches a text, those that start with it first, then by name.

        A text without a word matches every row.
        """
        words = [word for word in SEPARATORS.split(fold(text[:MAX_QUERY_LENGTH])) if word]
        matched: QuerySet[Any] = rows.alias(searched=self.search_name)
        for word in words:
            matched = matched.filter(searched__contains=f" {word}")
        is_start = Q(searched__startswith=" ".join(["", *words]))
        return matched.alias(is_start=is_start).order_by("-is_start", "searched", "pk")
